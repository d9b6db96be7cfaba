import type { ValueInfo } from '@neg/onnx'
import { expect, test } from 'vitest'
import { checkTensor } from './check-tensor'

const info: ValueInfo = { name: 'sample', type: 'float32', shape: ['batch', 4, 'height', ''] }
const claimed = (shape: number[], datatype = 'FP32') => ({ name: 'sample', datatype, shape })
const check = (shape: number[], sizes = new Map<string, number>(), datatype?: string) =>
  checkTensor(claimed(shape, datatype), info, sizes)

test('a tensor that fits says how many bytes it must have', () => {
  expect(check([2, 4, 8, 3])).toBe(4 * 2 * 4 * 8 * 3)
  expect(check([1, 4, 1, 1])).toBe(16)
})

test.each([
  ['another datatype', [1, 4, 8, 8], 'FP16', /datatype FP16; it is FP32/],
  ['fewer axes', [1, 4, 8], 'FP32', /\[-1,4,-1,-1\]/],
  ['more axes', [1, 4, 8, 8, 1], 'FP32', /shape/],
  ['another fixed size', [1, 3, 8, 8], 'FP32', /shape/],
  ['an axis of nothing', [1, 4, 0, 8], 'FP32', /above 0/],
  ['a negative axis', [1, 4, -8, -8], 'FP32', /above 0/],
  ['more than there is memory', [2 ** 30, 4, 2 ** 30, 2 ** 30], 'FP32', /too large/],
])('one with %s is refused', (_, shape, datatype, message) => {
  const failed = expect.objectContaining({ code: 'request-invalid', message: expect.stringMatching(message) })
  expect(() => check(shape, new Map(), datatype)).toThrow(failed)
})

test('axes of one name have one size in a request; those without a name are free', () => {
  const sizes = new Map<string, number>()
  check([2, 4, 8, 3], sizes)
  check([2, 4, 8, 5], sizes)
  expect(() => check([3, 4, 8, 3], sizes)).toThrow(/'batch'; another input says 2/)
  expect(() => check([2, 4, 9, 3], sizes)).toThrow(/'height'; another input says 8/)
})
