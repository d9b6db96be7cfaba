import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaCdf, betaQuantile } from './beta-quantile'

describe('betaQuantile', () => {
  it('is scipy.stats.beta', () => {
    const recorded = [
      [0.001, 1.855873851745199e-5],
      [0.1, 0.03958440558878085],
      [0.25, 0.17568037865269498],
      [0.5, 0.5],
      [0.9, 0.9604155944112192],
      [0.999, 0.9999814412614826],
    ]
    for (const [p, x] of recorded) expect(betaQuantile(p, 0.6, 0.6)).toBeCloseTo(x, 13)
    const cumulative = [
      [0.1, 0.0018170062819625442],
      [0.5, 0.1139834594466688],
      [0.95, 0.7610736381393803],
    ]
    for (const [x, p] of cumulative) expect(betaCdf(x, 2.5, 0.7)).toBeCloseTo(p, 13)
  })

  it('inverts the distribution function', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.double({ min: 0.4, max: 5, noNaN: true }),
        fc.double({ min: 0.4, max: 5, noNaN: true }),
        (p, a, b) => Math.abs(betaCdf(betaQuantile(p, a, b), a, b) - p) < 1e-10,
      ),
      { seed: 1 },
    )
    expect([betaQuantile(0, 0.6, 0.6), betaQuantile(1, 0.6, 0.6)]).toEqual([0, 1])
  })
})
