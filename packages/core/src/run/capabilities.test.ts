import { expect, test } from 'vitest'
import type { ModelInfo } from '../model/diffusion-model'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

test('a need of what a wrapper wraps is told with the names of both', () => {
  const guidance = { name: 'window', of: [{ name: 'dynamic-negative' }] }
  expect(() => plan({ prompt: 'a pirate', guidance }, toyModel())).toThrow(
    "Guidance 'window(dynamic-negative)' needs scheduler.transition",
  )
})

test('a role that a guidance lacks is refused with those it has', () => {
  const refused = (guidance: string) => () =>
    plan({ prompt: 'a pirate', guidance, roles: { style: [{ text: 'x' }] } }, toyModel())
  expect(refused('general')).toThrow("Guidance 'general' has no role 'style': it declares none.")
  expect(refused('sega')).toThrow(/Guidance 'sega' has no role 'style': it declares \w+(, \w+)*\./)
})

test('a negative that a distilled model leaves no place for is refused with the ways, and what they cost', () => {
  const refused = (info: Partial<ModelInfo>, more: object = {}) => {
    const provides = new Set(['attention.edit:nag' as const])
    try {
      plan({ prompt: 'a pirate', negatives: ['hat'], steps: 2, ...more }, { ...toyModel({ info }), provides })
      return ''
    } catch (error) {
      return `${(error as { code: string }).code}: ${(error as Error).message}`
    }
  }
  const dev = { distilled: true, distilledScale: 3.5 }
  const schnell = { recommended: { scale: 1, steps: 4 } }
  for (const info of [dev, schnell]) {
    expect(refused(info)).toMatch(
      /^negative-unsupported: .*'nag'.*no further pass.*real guidance.*a pass for each prompt/,
    )
    expect(refused(info, { scale: 1 })).toContain('negative-unsupported')
    expect(refused(info, { scale: 3 })).toBe('')
    expect(refused(info, { guidance: 'nag' })).toBe('')
    expect(refused(info, { scale: 3, guidance: 'nag' })).toBe('')
    expect(refused(info, { negatives: [{ text: 'hat', scale: 1 }] })).toBe('')
  }
  // A guess is no reason to refuse.
  const guessed = { scale: 1, steps: 4, assumed: { settings: ['scale'], because: 'its name' } } as const
  expect(refused({ recommended: guessed })).toBe('')
  expect(refused({ distilled: true })).toMatch(/distilledScale/)
})
