import { expect, it } from 'vitest'
import { fitShape } from './fit-shape'

const fitted = (declared: number[] | undefined, shape: number[]) =>
  fitShape({ info: { name: 'x', type: 'float32', shape: [] }, datatype: 'FP32', declared }, shape, 'the test')

it('gives a shape the rank that the server declares', () => {
  expect(fitted([-1], [5])).toEqual([5])
  expect(fitted([-1, 1], [5])).toEqual([5, 1])
  expect(fitted([1], [])).toEqual([1])
  expect(fitted([-1, 4, -1, 8], [2, 4, 6, 8])).toEqual([2, 4, 6, 8])
  expect(fitted(undefined, [2, 7])).toEqual([2, 7])
})

it.each([
  [
    [-1, 4],
    [2, 5],
  ],
  [[-1], [2, 1]],
  [[-1, 2], [5]],
  [[0], [1]],
  [[1], [2]],
])('refuses for %j the shape %j', (declared, shape) => {
  const failed = expect.objectContaining({ code: 'remote-refused', where: 'x' })
  expect(() => fitted(declared, shape)).toThrow(failed)
})
