import { readFileSync } from 'node:fs'
import { type GenerateInput, generate } from '@neg/core'
import { cosine, norm } from '@neg/core/tensor'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel } from './create-onnx-model'

const variants = 'fixtures/layouts/tiny-flux-schnell-variants'
const graph = (path: string) => [path, readFileSync(`${variants}/${path}`)] as const
const files = overlayFiles(
  diskFiles('fixtures/layouts/tiny-flux-schnell'),
  Object.fromEntries(
    [
      'transformer/model_q4.onnx',
      'transformer/model_quantized.onnx',
      'transformer/model_fp16.onnx',
      'text_encoder_2/model_quantized.onnx',
    ].map(graph),
  ),
)
const open = async (dtype: Record<string, string>, memory: 'auto' | 'low' = 'auto') =>
  createOnnxModel({ files, memory, sessions: await localSessions({ files, runtime: cpu, dtype }) })

const recipe = {
  prompt: 'a man with glasses',
  width: 64,
  height: 64,
  steps: 2,
  seed: 3,
  maxSequenceLength: 32,
} satisfies GenerateInput

const drawn = async (dtype: Record<string, string>, more: Partial<GenerateInput> = {}) => {
  const model = await open(dtype)
  const { latents, record } = await generate(model, { ...recipe, ...more }, { decode: false }).result
  const { attention } = model.info
  await model.dispose()
  return { latents, record, attention }
}

const expected = await drawn({})

describe('graphs that fit: 4 bits (MatMulNBits), int8 and float16', () => {
  it.each([
    ['q4', { transformer: 'q4' }, 0.95],
    ['int8', { transformer: 'q8' }, 0.99],
    ['int8 with T5 in int8', { transformer: 'q8', text_encoder_2: 'q8' }, 0.99],
    ['float16', { transformer: 'fp16' }, 0.999],
  ])('draw nearly the same in %s, with attention fused, watched and edited', async (_, dtype, like) => {
    const { latents, attention } = await drawn(dtype)
    expect(cosine(latents, expected.latents)).toBeGreaterThan(like)
    expect(norm(latents) / norm(expected.latents)).toBeCloseTo(1, 1)
    expect(latents.data).not.toEqual(expected.latents.data)
    expect(attention?.layers['transformer']).toEqual({ closed: 4, exported: 0 })
    const pushed = await drawn(dtype, { guidance: 'nag', negatives: ['a hat'] })
    expect(pushed.record.numerics.graph).toBe('nag+fused')
    expect(cosine(pushed.latents, latents)).toBeLessThan(0.9999)
    const model = await open(dtype)
    const capture = { roles: ['positive'], tokens: 'words', maps: true } as const
    let seen = 0
    for await (const event of generate(model, { ...recipe, steps: 1 }, { capture, decode: false })) {
      if (event.type !== 'attention') continue
      seen++
      expect(event.capture.layers).toHaveLength(4)
      for (const { norms } of event.capture.layers) for (const value of norms) expect(value).toBeGreaterThan(0)
    }
    expect(seen).toBe(1)
    await model.dispose()
  })

  it('hold one stage of a run in memory where it is short: the same picture', async () => {
    const [low, plain] = [await open({ transformer: 'q8' }, 'low'), await open({ transformer: 'q8' })]
    const results = await Promise.all([low, plain].map((model) => generate(model, recipe).result))
    expect(results[0].latents.data).toEqual(results[1].latents.data)
    expect(results[0].image.data).toEqual(results[1].image.data)
    await Promise.all([low.dispose(), plain.dispose()])
  })
})
