import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tensor } from '../tensor/tensor'
import { cellNorms, peakOf, smooth } from './local-map'

test('a cell’s norm is over its channels', () => {
  const norms = cellNorms(tensor(Float32Array.of(3, 0, -1, 4, 2, 0), [2, 1, 3]))
  expect([...norms]).toEqual([5, 2, 1])
})

test('a single cell spreads as the binomial 3 × 3, and a map of one value stays', () => {
  const one = new Float32Array(25)
  one[12] = 16
  expect([...smooth(one, [1, 5, 5])]).toEqual([
    ...[0, 0, 0, 0, 0],
    ...[0, 1, 2, 1, 0],
    ...[0, 2, 4, 2, 0],
    ...[0, 1, 2, 1, 0],
    ...[0, 0, 0, 0, 0],
  ])
  expect([...smooth(new Float32Array(12).fill(3), [2, 3, 4])]).toEqual(new Array(12).fill(3))
})

test('frames do not run into each other, and the blur keeps within what it blurs', () => {
  const frames = Float32Array.of(0, 0, 0, 0, 8, 8, 8, 8)
  expect([...smooth(frames, [3, 2, 2, 2])]).toEqual([...frames])
  fc.assert(
    fc.property(fc.array(fc.float({ min: 0, max: 9, noNaN: true }), { minLength: 12, maxLength: 12 }), (values) => {
      const map = Float32Array.from(values)
      for (const value of smooth(map, [1, 3, 4])) {
        expect(value).toBeLessThanOrEqual(Math.max(...map) + 1e-5)
        expect(value).toBeGreaterThanOrEqual(Math.min(...map) - 1e-5)
      }
    }),
  )
})

test('a peak is the mean of the largest 64th, of one cell at least', () => {
  expect(peakOf(Float32Array.of(1, 5, 3))).toBe(5)
  const map = Float32Array.from({ length: 256 }, (_, i) => i)
  expect(peakOf(map)).toBe((252 + 253 + 254 + 255) / 4)
})
