import { expect, test } from 'vitest'
import { attentionText } from './attention-text'
import { nodeFinding, reasonText } from './doctor'

test('the oldest Node that will do', () => {
  expect(nodeFinding('v20.20.2')).toEqual({ ok: true, found: 'v20.20.2' })
  expect(nodeFinding('v24.0.0').ok).toBe(true)
  expect(nodeFinding('v18.19.0')).toEqual({ ok: false, found: 'v18.19.0', remedy: 'neg needs Node 20.0 or newer' })
})

test('a reason is what a person can read of it', () => {
  const webgpu =
    '/src/webgpu_context.cc:136 void f()::<lambda()> result.status == S was false. Failed to get an adapter\nmore'
  expect(reasonText(webgpu)).toBe('Failed to get an adapter')
  expect(reasonText('this is linux')).toBe('this is linux')
})

test('a model’s attention is said by network, and why layers are left', () => {
  const text = attentionText({
    by: 'sliced',
    layers: { unet: { closed: 16, exported: 1, opened: 16 }, vae_decoder: { closed: 1, exported: 0 } },
    why: 'webgpu: its kernel is off',
  })
  expect(text).toContain(
    '16 layers over slices of queries, 1 layer as exported, 16 of them one node each in the folder',
  )
  expect(text).toContain('1 layer over slices of queries\n')
  expect(text).toContain('webgpu: its kernel is off')
})
