import { expect, test } from 'vitest'
import { encodeNpy } from './npy'

test('numpy’s own bytes for float32 [1, 2, 3]', () => {
  // np.save of np.arange(6, dtype='<f4').reshape(1, 2, 3)
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 3), }"
  const file = encodeNpy([{ data: Float32Array.of(0, 1, 2, 3, 4, 5), shape: [2, 3] }])
  expect([...file.subarray(0, 10)]).toEqual([0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0])
  expect(new TextDecoder().decode(file.subarray(10, 128))).toBe(`${header.padEnd(117)}\n`)
  expect(new Float32Array(file.slice(128).buffer)).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5))
})

test('pictures stand along the first axis, and the data begins at a multiple of 64', () => {
  const one = { data: new Float32Array(8 * 16 * 16).fill(0.5), shape: [8, 16, 16] }
  const file = encodeNpy([one, one, one])
  const length = file[8] + 256 * file[9]
  expect((10 + length) % 64).toBe(0)
  expect(new TextDecoder().decode(file.subarray(10, 10 + length))).toContain("'shape': (3, 8, 16, 16)")
  expect(file.length).toBe(10 + length + 3 * 4 * 8 * 16 * 16)
})

test('latents of different sizes are refused', () => {
  const of = (shape: number[]) => ({ data: new Float32Array(shape[0]), shape })
  expect(() => encodeNpy([of([1]), of([2])])).toThrow('different sizes')
})
