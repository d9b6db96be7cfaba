import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pixels } from '../image/pixels'
import { type EditInput, edit, editRecipe } from './edit'
import { fitRegion, lightBox } from './fit-region'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const [photo, mask] = ['a'.repeat(64), 'b'.repeat(64)]
const grey = (width: number, height: number): Pixels => ({
  width,
  height,
  data: new Uint8ClampedArray(4 * width * height).fill(90),
})
const { info } = toyModel()
const recipeOf = (input: Partial<EditInput>, picture: Pixels = grey(32, 32), own?: Pixels) =>
  editRecipe(info, { image: photo, ...input }, { [photo]: picture, ...(own ? { [mask]: own } : {}) })

describe('the recipe of an edit', () => {
  test('inverts under nothing, and finds where the negative is', () => {
    expect(recipeOf({ negatives: ['hat'], seed: 3 })).toEqual({
      prompt: '',
      negatives: ['hat'],
      seed: 3,
      width: 32,
      height: 32,
      image: { sha256: photo, inversion: { source: '' }, find: {} },
    })
  })

  test('says what is there, what comes, where and how far', () => {
    const asked = {
      source: 'a hat',
      prompt: 'a crown',
      where: 'everywhere',
      method: 'ddim',
      refinements: 1,
      strength: 0.5,
    } as const
    expect(recipeOf({ ...asked, sourceScale: 2 })).toMatchObject({
      prompt: 'a crown',
      image: { strength: 0.5, inversion: { source: 'a hat', method: 'ddim', scale: 2, refinements: 1 } },
    })
    expect(recipeOf({ source: 'a hat' }).prompt).toBe('a hat')
    expect(recipeOf({ negatives: ['hat'], where: 'everywhere' }).image?.find).toBe(undefined)
    expect(recipeOf({ negatives: ['hat'], method: 'noise' }).image?.inversion).toBe(undefined)
    expect(recipeOf({ negatives: ['hat'], where: { by: 'attention' } }).image?.find).toEqual({ by: 'attention' })
  })

  test('is drawn with nag where attention can be edited and nothing else is said', () => {
    const guidanceOf = (input: Partial<EditInput>) =>
      editRecipe(info, { image: photo, ...input }, { [photo]: grey(32, 32) }, new Set(['attention.edit:nag' as const]))
        .guidance
    expect(guidanceOf({ negatives: ['hat'] })).toBe('nag')
    expect(guidanceOf({ negatives: ['hat'], guidance: 'local' })).toBe('local')
    expect(guidanceOf({})).toBe(undefined)
    expect(guidanceOf({ negatives: ['hat', 'beard'] })).toBe(undefined)
    expect(guidanceOf({ negatives: [{ text: 'hat', scale: 3 }] })).toBe(undefined)
    expect(recipeOf({ negatives: ['hat'] }).guidance).toBe(undefined)
  })

  test('refuses what contradicts itself or is not there', async () => {
    const lit = grey(32, 32)
    expect(() => recipeOf({ mask, where: 'found' }, lit, lit)).toThrow(
      expect.objectContaining({ code: 'recipe-invalid' }),
    )
    const dark = { ...lit, data: new Uint8ClampedArray(lit.data.length) }
    expect(() => recipeOf({ mask }, lit, dark)).toThrow(
      expect.objectContaining({ code: 'recipe-invalid', where: 'mask' }),
    )
    expect(() => recipeOf({ mask }, lit)).toThrow(expect.objectContaining({ code: 'image-missing', where: 'mask' }))
    await expect(edit(toyModel(), { image: photo }).result).rejects.toMatchObject({ code: 'image-missing' })
  })
})

describe('the region that is drawn', () => {
  const model = { width: 64, height: 64, multiple: 8 }
  const side = fc.integer({ min: 8, max: 700 })
  const box = fc.record({
    width: side,
    height: side,
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.double({ min: 0, max: 1, noNaN: true }),
  })

  test('covers what is drawn anew, at sizes that the model draws, near its own number of pixels', () => {
    fc.assert(
      fc.property(side, side, fc.option(box, { nil: undefined }), (width, height, part) => {
        const around = part && {
          width: Math.max(1, Math.round(part.width % width)),
          height: Math.max(1, Math.round(part.height % height)),
        }
        const place =
          around && part
            ? {
                ...around,
                x: Math.floor(part.x * (width - around.width)),
                y: Math.floor(part.y * (height - around.height)),
              }
            : undefined
        const fitted = fitRegion({ width, height }, model, place)
        const { region = { x: 0, y: 0, width, height } } = fitted
        expect([fitted.width % 8, fitted.height % 8]).toEqual([0, 0])
        const wanted = place ?? { x: 0, y: 0, width, height }
        // A rounding of the scaled size is a pixel.
        expect(region.x).toBeLessThanOrEqual(wanted.x)
        expect(region.y).toBeLessThanOrEqual(wanted.y)
        const slack = Math.max(region.width / fitted.width, region.height / fitted.height, 1)
        expect(region.x + region.width).toBeGreaterThanOrEqual(wanted.x + wanted.width - slack)
        expect(region.y + region.height).toBeGreaterThanOrEqual(wanted.y + wanted.height - slack)
        const [bare, most] = [Math.min(fitted.width, fitted.height), 64 * 64 * 1.6]
        expect((fitted.width - 8) * (fitted.height - 8)).toBeLessThanOrEqual(most)
        expect(bare).toBeGreaterThanOrEqual(8)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  test('is all of a picture that fits as it is, padded where it must be, scaled where it is far off', () => {
    expect(fitRegion({ width: 64, height: 64 }, model)).toEqual({ width: 64, height: 64 })
    expect(fitRegion({ width: 61, height: 66 }, model)).toEqual({
      width: 64,
      height: 72,
      region: { x: 0, y: 0, width: 64, height: 72 },
    })
    expect(fitRegion({ width: 256, height: 256 }, model)).toEqual({
      width: 64,
      height: 64,
      region: { x: 0, y: 0, width: 256, height: 256 },
    })
    expect(fitRegion({ width: 32, height: 32 }, model)).toMatchObject({ width: 64, height: 64 })
  })

  test('is the part around a mask in a larger picture, at full detail where that is small', () => {
    const around = { x: 200, y: 20, width: 30, height: 20 }
    expect(fitRegion({ width: 400, height: 300 }, model, around)).toEqual({
      width: 64,
      height: 64,
      region: { x: 183, y: 0, width: 64, height: 64 },
    })
    const lit = grey(20, 10)
    lit.data.fill(0)
    for (const i of [33, 57, 58]) lit.data.fill(255, 4 * i, 4 * i + 4)
    expect(lightBox(lit)).toEqual({ x: 13, y: 1, width: 6, height: 2 })
  })
})

test('a picture of any size comes back in its size, and only where something is found it changed', async () => {
  const toy = toyModel({ provides: ['encode-image'] })
  const large = grey(71, 45)
  const on = {
    ...toy,
    encodeImage: async () => {
      const { width, height } = editRecipe(info, { image: photo }, { [photo]: large })
      const shape = [2, Number(height) / 8, Number(width) / 8]
      const filled = (value: number) => ({ data: new Float32Array(shape[0] * shape[1] * shape[2]).fill(value), shape })
      return { mean: filled(0.4), logVariance: filled(-30) }
    },
  }
  const input: EditInput = { image: photo, negatives: ['hat'], steps: 5, seed: 1, guidance: 'general' }
  const running = edit(on, input, { images: { [photo]: large } })
  let lit: Pixels | undefined
  for await (const event of running) if (event.type === 'mask') lit = event.image
  const { image, record } = await running.result
  expect([image.width, image.height]).toEqual([71, 45])
  expect(image.data.every((value, i) => value === 90 || lit?.data[4 * (i >> 2)] === 255)).toBe(true)
  expect(record.warnings.map(({ code }) => code)).toEqual(['region-reduced'])
  const cost = plan(editRecipe(info, input, { [photo]: large }), on)
  expect(record.evaluations.run).toBe(cost.max)
  expect(record.evaluations.before).toEqual(cost.before)
})
