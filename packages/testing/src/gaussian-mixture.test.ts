import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MixtureComponent, noisyDensity, sharesOf } from './gaussian-mixture'

const components: MixtureComponent[] = [
  { tags: ['a'], mean: [1, -2], deviation: 0.3, weight: 2 },
  { tags: ['a', 'b'], mean: [-1, 0.5], deviation: 0.6, weight: 1 },
  { tags: ['c'], mean: [0, 0], deviation: 1, weight: 1 },
]

describe('noisyDensity', () => {
  it('has the score that the density’s own differences give', () => {
    const value = fc.double({ min: -3, max: 3, noNaN: true })
    fc.assert(
      fc.property(value, value, fc.double({ min: 0.05, max: 0.99, noNaN: true }), (a, b, sigma) => {
        const level = { alpha: Math.sqrt(1 - sigma * sigma), sigma }
        const at = (x: number, y: number) => noisyDensity(components, [2, 1, 1], [x, y], level).logDensity
        const { score } = noisyDensity(components, [2, 1, 1], [a, b], level)
        const h = 1e-5
        expect(score[0]).toBeCloseTo((at(a + h, b) - at(a - h, b)) / (2 * h), 3)
        expect(score[1]).toBeCloseTo((at(a, b + h) - at(a, b - h)) / (2 * h), 3)
      }),
      { seed: 5, numRuns: 100 },
    )
  })

  it('is a density: it integrates to 1', () => {
    let mass = 0
    const h = 0.05
    for (let x = -8; x < 8; x += h) {
      for (let y = -8; y < 8; y += h) {
        mass += Math.exp(noisyDensity(components, [2, 1, 1], [x, y], { alpha: 0.8, sigma: 0.6 }).logDensity) * h * h
      }
    }
    expect(mass).toBeCloseTo(1, 4)
  })
})

describe('sharesOf', () => {
  it('takes the components that have every known word', () => {
    expect(sharesOf(components, 'a')).toEqual([2, 1, 0])
    expect(sharesOf(components, 'A with b, unknown')).toEqual([0, 1, 0])
    expect(sharesOf(components, '')).toEqual([2, 1, 1])
    expect(sharesOf(components, null)).toEqual([2, 1, 1])
  })
})
