import { describe, expect, it } from 'vitest'
import { generate } from './generate'
import { toyModel } from './toy-model.test-helper'

const recipe = { prompt: 'a cat', guidance: 'auto', scale: 2, steps: 3, seed: '1' } as const

describe('a further model', () => {
  it('is asked under its own encodings, encoded once and released', async () => {
    const [main, weak] = [toyModel(), toyModel()]
    const seen = new Set<unknown>()
    const strict = {
      ...weak,
      encode: async (...given: Parameters<typeof weak.encode>) => {
        const own = await weak.encode(...given)
        for (const conditioning of own) seen.add(conditioning)
        return own
      },
      denoise: async (...[request, options]: Parameters<typeof weak.denoise>) => {
        expect(request.rows.every(({ conditioning }) => seen.has(conditioning))).toBe(true)
        return weak.denoise(request, options)
      },
    }
    const { record } = await generate(main, recipe, { models: { weak: strict } }).result
    await Promise.resolve()
    expect(seen.size).toBe(1)
    expect(weak.log.released).toBe(1)
    expect(weak.log.requests).toHaveLength(3)
    expect(record.evaluations.run).toBe(6)
    expect(Object.keys(record.models)).toEqual(['main', 'weak'])
  })

  it('changes nothing where it is the model itself, which encodes nothing twice', async () => {
    const model = toyModel()
    const own = await generate(model, recipe, { models: { weak: model } }).result
    expect(model.log.encoded).toHaveLength(2)
    const plain = await generate(toyModel(), { ...recipe, guidance: 'classifier-free', scale: 1 }).result
    own.latents.data.forEach((value, i) => expect(value).toBeCloseTo(plain.latents.data[i], 5))
  })

  it('is refused where its predictions cannot stand beside the main one’s', async () => {
    const weak = toyModel({ info: { latent: { channels: 4, pixelsPer: 8 } } })
    await expect(generate(toyModel(), recipe, { models: { weak } }).result).rejects.toMatchObject({
      code: 'model-mismatch',
      message: expect.stringContaining('latent channels 4'),
    })
  })
})
