import { describe, expect, it } from 'vitest'
import type { Pixels } from '../image/pixels'
import { tensor } from '../tensor/tensor'
import { differenceAt, pictureDistance } from './picture-difference'

/** Grey values, a pixel each. */
const picture = (width: number, ...grey: number[]): Pixels => ({
  width,
  height: grey.length / width,
  data: Uint8ClampedArray.from(grey.flatMap((value) => [value, value, value, 255])),
})

describe('the difference of two pictures', () => {
  it('is the root mean square of RGB over the full range', () => {
    expect(pictureDistance(picture(2, 7, 9), picture(2, 7, 9))).toBe(0)
    expect(pictureDistance(picture(2, 0, 0), picture(2, 255, 255))).toBeCloseTo(1, 12)
    expect(pictureDistance(picture(2, 0, 0), picture(2, 255, 0))).toBeCloseTo(Math.SQRT1_2, 12)
  })

  it('counts where a map is warm, whatever its size', () => {
    const [a, b] = [picture(4, 0, 0, 0, 0), picture(4, 255, 51, 0, 0)]
    expect(differenceAt(a, b, tensor(Float32Array.of(9, 1, 1, 1), [1, 4]))).toBeCloseTo(1, 12)
    expect(differenceAt(a, b, tensor(Float32Array.of(9, 1), [1, 2]))).toBeCloseTo((1 + 0.2) / 2, 12)
    expect(differenceAt(a, b, tensor(Float32Array.of(1, 1, 9, 9), [1, 4]))).toBe(0)
    expect(differenceAt(a, b, tensor(Float32Array.of(3), [1, 1]))).toBeCloseTo(1.2 / 4, 12)
  })

  it('is of pictures of one size', () => {
    expect(() => pictureDistance(picture(2, 1, 2), picture(1, 1, 2))).toThrow(/2 × 1 pixels .* 1 × 2/)
    expect(() => differenceAt(picture(1, 1), picture(2, 1, 2), tensor(Float32Array.of(1), [1, 1]))).toThrow(/1 × 1/)
  })
})
