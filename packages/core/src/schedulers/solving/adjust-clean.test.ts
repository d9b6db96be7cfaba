import { describe, expect, it } from 'vitest'
import { torchGenerator } from '../../random/torch-generator'
import { tensor } from '../../tensor/index'
import { cleanAdjustment } from './adjust-clean'

const x0 = tensor(
  torchGenerator(0)
    .randn(64)
    .map((x) => 2 * x),
  [1, 8, 8],
)

describe('what is done to a clean image', () => {
  it('is nothing by default', () => expect(cleanAdjustment({})(x0)).toBe(x0))

  it('clips to the range', () => {
    const { data } = cleanAdjustment({ clip_sample: true, clip_sample_range: 1.5 })(x0)
    data.forEach((value, i) => {
      expect(value).toBe(Math.min(Math.max(x0.data[i], -1.5), 1.5))
    })
  })

  it('thresholds by torch’s quantile, at most sample_max_value, at least 1', () => {
    const quantile = 3.1731648445129395
    const thresholded = (most: number) =>
      cleanAdjustment({ thresholding: true, dynamic_thresholding_ratio: 0.9, sample_max_value: most })(x0).data
    const by = (s: number) => Array.from(x0.data, (x) => Math.min(Math.max(x, -s), s) / s)
    const close = (a: Float32Array, b: number[]) => a.forEach((value, i) => void expect(value).toBeCloseTo(b[i], 6))
    close(thresholded(10), by(quantile))
    close(thresholded(2), by(2))
    const small = tensor(Float32Array.of(0.1, -0.2), [1, 1, 2])
    expect(cleanAdjustment({ thresholding: true, sample_max_value: 3 })(small).data).toEqual(small.data)
  })
})
