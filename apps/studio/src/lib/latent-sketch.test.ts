import fc from 'fast-check'
import { expect, test } from 'vitest'
import { learnSketch, sketchOf } from './latent-sketch'

test('colours that are linear in the latents are learned, whatever the weights', () => {
  const weight = fc.tuple(...Array.from({ length: 3 }, () => fc.double({ min: -20, max: 20, noNaN: true })))
  fc.assert(
    fc.property(fc.array(weight, { minLength: 4, maxLength: 4 }), (weights) => {
      const [channels, h, w] = [4, 8, 8]
      const data = Float32Array.from({ length: channels * h * w }, (_, i) => Math.sin(i * 12.9898) * 1.4)
      const latents = { data, shape: [channels, h, w] }
      const all = [...weights, [128, 128, 128]] as [number, number, number][]
      const picture = sketchOf(latents, all)!
      const learned = learnSketch(latents, picture)!
      const again = sketchOf(latents, learned)!
      const off = picture.data.map((value, i) => Math.abs(value - again.data[i]))
      // Rounding to 8 bits and cutting at black and white is all that is lost.
      const cut = picture.data.some((value, i) => i % 4 !== 3 && (value === 0 || value === 255))
      if (!cut) expect(Math.max(...off)).toBeLessThanOrEqual(2)
    }),
  )
})

test('a cell has the mean colour of what it covers; latents of several frames have no sketch', () => {
  const data = Uint8ClampedArray.from({ length: 4 * 16 * 16 }, (_, i) =>
    i % 4 === 3 ? 255 : (i >> 2) % 16 < 8 ? 40 : 200,
  )
  const latents = { data: Float32Array.from([0, 1, 0, 1]), shape: [1, 2, 2] }
  const weights = learnSketch(latents, { width: 16, height: 16, data })!
  const { data: seen } = sketchOf(latents, weights)!
  expect([seen[0], seen[4]].map((value, i) => Math.abs(value - [40, 200][i]) <= 1)).toEqual([true, true])
  expect(
    learnSketch({ data: new Float32Array(16), shape: [1, 4, 2, 2] }, { width: 16, height: 16, data }),
  ).toBeUndefined()
})
