import { describe, expect, test } from 'vitest'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import type { RunOptions } from './run'
import { toyModel } from './toy-model.test-helper'

const base = { prompt: 'a pirate', seed: '3', steps: 6, scale: 5 }
const latentsOf = async (input: GenerateInput, model = toyModel(), options: RunOptions = {}) =>
  (await generate(model, input, options).result).latents

describe('image to image', () => {
  const pixels = { width: 32, height: 32, data: new Uint8ClampedArray(4 * 32 * 32).fill(255) }
  const half = { ...pixels, data: pixels.data.map((_, i) => (i % 4 === 3 || (i / 4) % 32 >= 16 ? 255 : 0)) }
  const image = { sha256: 'a'.repeat(64), strength: 0.5 }
  const provides = ['encode-image' as const]

  test('strength runs that share of the schedule, steps numbered in the full one', async () => {
    const steps: number[] = []
    const run = generate(toyModel({ provides }), { ...base, image }, { images: { [image.sha256]: pixels } })
    for await (const event of run) if (event.type === 'step-end') steps.push(event.step)
    expect(steps).toEqual([3, 4, 5])
  })

  test('images are given by name or as a list, alike', async () => {
    const model = () => toyModel({ provides })
    const [named, listed] = await Promise.all([
      latentsOf({ ...base, image }, model(), { images: { [image.sha256]: pixels } }),
      latentsOf({ ...base, image }, model(), {
        images: [
          { sha256: 'b'.repeat(64), pixels: half },
          { ...image, pixels },
        ],
      }),
    ])
    expect(listed).toEqual(named)
  })

  test('a missing image and one of another size are refused', async () => {
    const run = (images: RunOptions['images']) =>
      generate(toyModel({ provides }), { ...base, image }, { images }).result
    await expect(run({})).rejects.toMatchObject({ code: 'image-missing' })
    await expect(run({ [image.sha256]: { ...pixels, width: 16 } })).rejects.toMatchObject({ code: 'image-mismatch' })
  })

  test('inpainting keeps the dark part of the mask exactly', async () => {
    const mask = 'b'.repeat(64)
    const images = { [image.sha256]: pixels, [mask]: half }
    const latents = await latentsOf({ ...base, image: { ...image, mask } }, toyModel({ provides }), { images })
    latents.data.forEach((value, i) => {
      if (i % 4 < 2) expect(value).toBeCloseTo(0.5, 5)
      else expect(Math.abs(value - 0.5)).toBeGreaterThan(1e-3)
    })
  })

  describe('pixels outside of a mask', () => {
    const mask = 'b'.repeat(64)
    const images = { [image.sha256]: pixels, [mask]: half }
    const model = () =>
      Object.assign(toyModel({ provides }), {
        decode: async () => ({ ...pixels, data: new Uint8ClampedArray(4 * 32 * 32).fill(7) }),
      })
    const drawn = async (inpaint: { feather?: number | false }) => {
      const run = generate(
        model(),
        { ...base, image: { ...image, mask, ...inpaint } },
        { images, previews: { every: 1 } },
      )
      const seen: number[] = []
      for await (const event of run) if (event.type === 'preview') seen.push(event.image.data[0])
      const result = await run.result
      return { ...result, seen, row: Array.from({ length: 32 }, (_, x) => result.image.data[4 * (5 * 32 + x)]) }
    }

    test('are the input’s, previews included, and what is drawn fades in inside of the edge', async () => {
      const { row, seen, record } = await drawn({})
      expect(row.slice(0, 16)).toEqual(new Array(16).fill(255))
      expect(row.slice(16, 20)).toEqual([205, 156, 106, 57])
      expect(row.slice(20)).toEqual(new Array(12).fill(7))
      expect(record.recipe.image).toEqual({ ...image, mask, feather: 4 })
      expect(new Set(seen)).toEqual(new Set([255]))
    })

    test('are as decoded without a feather, as the record says; a feather of 0 is a hard edge', async () => {
      const plain = await drawn({ feather: false })
      expect(new Set(plain.row)).toEqual(new Set([7]))
      expect(plain.record.recipe.image).toEqual({ ...image, mask, feather: false })
      const hard = await drawn({ feather: 0 })
      expect(hard.row).toEqual(Array.from({ length: 32 }, (_, x) => (x < 16 ? 255 : 7)))
      expect(hard.latents.data).toEqual(plain.latents.data)
    })

    test('a feather without a mask is refused', async () => {
      const run = generate(model(), { ...base, image: { ...image, feather: 4 } }, { images })
      await expect(run.result).rejects.toMatchObject({ code: 'recipe-invalid', where: 'image.feather' })
    })
  })
})
