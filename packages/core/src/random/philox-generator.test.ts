import { describe, expect, it } from 'vitest'
import { philoxGenerator } from './philox-generator'

describe('philoxGenerator', () => {
  it('draws torch.randn(3, 4, device="cuda") of seed 0, as web UIs publish it', () => {
    const published = [
      -0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564, -0.62285122, -0.32838709, -1.07454231,
      -0.36314407, -1.67105067, 2.26550497,
    ]
    const drawn = philoxGenerator(0).randn(12)
    published.forEach((value, i) => {
      expect(Math.abs(drawn[i] - value)).toBeLessThan(1e-6)
    })
  })

  it('gives a value that does not depend on how many are drawn with it, and goes on with every draw', () => {
    const [short, long] = [philoxGenerator('77'), philoxGenerator(77n)]
    expect(Array.from(short.randn(10))).toEqual(Array.from(long.randn(1000).subarray(0, 10)))
    const second = Array.from(short.randn(10))
    expect(second).toEqual(Array.from(long.randn(10)))
    expect(second).not.toEqual(Array.from(philoxGenerator(77).randn(10)))
  })

  it('uses all 64 bits of the seed', () => {
    expect(Array.from(philoxGenerator(2n ** 32n + 5n).randn(4))).not.toEqual(Array.from(philoxGenerator(5).randn(4)))
  })

  it('is standard normal', () => {
    const count = 40_000
    const values = philoxGenerator(3).randn(count)
    const mean = values.reduce((sum, v) => sum + v, 0) / count
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(Math.abs(variance - 1)).toBeLessThan(0.03)
  })
})
