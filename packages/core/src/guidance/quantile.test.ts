import { describe, expect, it } from 'vitest'
import { absoluteQuantile } from './quantile'

describe('absoluteQuantile', () => {
  it('interpolates as torch.quantile', () => {
    const values = Float32Array.of(-4, 1, 3, -2)
    // torch.quantile(torch.tensor([4., 1, 3, 2]), torch.tensor([0, .25, .5, .9, 1]))
    expect([0, 0.25, 0.5, 0.9, 1].map((q) => absoluteQuantile(values, q))).toEqual([
      1,
      1.75,
      2.5,
      expect.closeTo(3.7, 6),
      4,
    ])
    expect([...values]).toEqual([-4, 1, 3, -2])
  })
})
