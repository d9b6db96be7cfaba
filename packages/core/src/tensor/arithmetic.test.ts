import fc from 'fast-check'
import { expect, test } from 'vitest'
import { combine } from './arithmetic'

const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })

test('combine sums in float64 in the order of its terms, from 0, and rounds once', () => {
  const term = fc.tuple(fc.array(value, { minLength: 3, maxLength: 3 }), fc.double({ noNaN: true, min: -50, max: 50 }))
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 7 }), (terms) => {
      const tensors = terms.map(([data, c]) => [{ data: Float32Array.from(data), shape: [3] }, c] as const)
      const sums = [0, 1, 2].map((i) => tensors.reduce((sum, [{ data }, c]) => sum + c * data[i], 0))
      expect(combine(tensors)).toEqual({ data: Float32Array.from(sums), shape: [3] })
    }),
    { seed: 1 },
  )
})

test('combine refuses tensors of different shapes, and keeps nothing of longer ones', () => {
  const ones = (n: number) => ({ data: new Float32Array(n).fill(1), shape: [n] })
  expect(() =>
    combine([
      [ones(2), 1],
      [ones(3), 1],
    ]),
  ).toThrow(expect.objectContaining({ code: 'internal' }))
  // Shapes of another rank whose first axes agree are others, too.
  const deeper = { data: new Float32Array(6), shape: [2, 3] }
  for (const pair of [
    [ones(2), deeper],
    [deeper, ones(2)],
  ]) {
    expect(() => combine(pair.map((t) => [t, 1] as const))).toThrow(expect.objectContaining({ code: 'internal' }))
  }
  combine([ones(9), ones(9), ones(9)].map((t) => [t, 5] as const))
  expect([...combine([ones(2), ones(2), ones(2)].map((t) => [t, 1] as const)).data]).toEqual([3, 3])
})
