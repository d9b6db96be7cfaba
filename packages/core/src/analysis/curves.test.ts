import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Prediction } from '../prediction/prediction'
import { tensor } from '../tensor/tensor'
import { confidenceBand, meanInterval } from './confidence-band'
import { crossingOf, peakOf } from './critical-step'
import { inducingEffect } from './inducing-effect'
import { momentumCosines } from './momentum'
import { oneStepDifference } from './neutralization'
import { firstPlaced, mapCorrelation, placementCurve } from './placement'
import { reverseActivation } from './reverse-activation'
import { sample } from './sample.test-helper'

const vector = (...values: number[]) => tensor(Float32Array.from(values), [values.length])
const points = (ratios: readonly number[]) =>
  ratios.map((ratio, call) => ({ step: call, call, negative: ratio, positive: 1, ratio }))

/** The article's mean curves: 31 calls of 30 PLMS steps. */
const published: Record<'noun' | 'adjective', number[]> = JSON.parse(
  readFileSync('fixtures/findings/published-strength.json', 'utf8'),
)

describe('critical step', () => {
  it('of the published nouns is the peak at step 8, of the adjectives the crossing of 1', () => {
    expect(peakOf(points(published.noun), 30)).toMatchObject({ point: { call: 8 }, progress: 8 / 30 })
    expect(crossingOf(points(published.adjective), 30)).toMatchObject({ point: { call: 8 } })
    expect(crossingOf(points(published.adjective), 30, 1.2)).toBeUndefined()
    expect(peakOf([], 30)).toBeUndefined()
  })
})

describe('placement', () => {
  const hat = (map: number[], call: number) =>
    sample('negative', call, [{ height: 1, width: 4, words: { hat: { norm: 1, map } } }])
  const place = tensor(Float32Array.of(0, 0, 1, 1), [1, 4])

  it('is the call from which attention lies where it belongs', () => {
    const curve = placementCurve(
      [hat([1, 1, 0, 0], 0), hat([1, 0, 0, 1], 1), hat([0, 0, 1, 0.9], 2), hat([0, 0, 1, 1], 3)],
      'hat',
      place,
    )
    expect(curve.map(({ correlation }) => correlation)).toEqual([
      expect.closeTo(-1),
      expect.closeTo(0),
      expect.closeTo(0.9972, 3),
      expect.closeTo(1),
    ])
    expect(firstPlaced(curve)?.call).toBe(2)
    expect(firstPlaced(curve, 0.9999)?.call).toBe(3)
    expect(firstPlaced(curve.slice(0, 1))).toBeUndefined()
  })

  it('correlates a flat map with nothing', () => {
    expect(mapCorrelation(vector(1, 1), vector(1, 2))).toBe(0)
  })
})

describe('neutralization', () => {
  it('is what the negative changes of the predicted clean image', () => {
    const at = (...values: number[]): Prediction => ({
      space: 'eps',
      value: vector(...values),
      x: vector(1, 1),
      level: { t: 500, alpha: 0.6, sigma: 0.8 },
    })
    // x0 = (x − σ eps)/α, so the difference is −σ/α that of eps.
    expect([...oneStepDifference(at(1, 0.5), at(0.25, 0.5)).data]).toEqual([expect.closeTo(-1), 0])
  })
})

describe('momentum', () => {
  it('is the cosine of consecutive predictions', () => {
    expect(momentumCosines([vector(1, 0), vector(2, 0), vector(0, 1), vector(-1, -1)])).toEqual([
      1,
      0,
      expect.closeTo(-Math.SQRT1_2),
    ])
  })
})

describe('inducing effect', () => {
  it('is how much more of the positive prediction lies along the negative one', () => {
    const along = { positive: vector(3, 4), negative: vector(10, 0) }
    const across = { positive: vector(0, 4), negative: vector(2, 0) }
    expect(inducingEffect([along, across], [across, along])).toEqual([3, -3])
  })
})

describe('intervals', () => {
  it('are Student’s', () => {
    // R: t.test(c(1, 2, 3, 4, 10))$conf.int
    const interval = meanInterval([1, 2, 3, 4, 10])
    expect(interval).toMatchObject({ mean: 4, n: 5 })
    expect(interval.low).toBeCloseTo(-0.389, 2)
    expect(interval.high).toBeCloseTo(8.389, 2)
    expect(meanInterval([7])).toEqual({ mean: 7, low: Number.NaN, high: Number.NaN, n: 1 })
  })

  it('make a band of curves, and reverse activation of pairs', () => {
    expect(
      confidenceBand([
        [1, 5],
        [3, 5],
      ]),
    ).toMatchObject([
      { mean: 2, n: 2 },
      { mean: 5, low: 5, high: 5 },
    ])
    expect(reverseActivation([0.5, 0.9, 0.1], [0.25, 0.4, 0.1])).toMatchObject({ mean: expect.closeTo(0.25), n: 3 })
  })
})

it('an interval holds 95 % of Student’s t, for every number of values', () => {
  /** Share of t within ±q at ν degrees of freedom: Simpson's rule over θ, t = √ν tan θ, density ∝ cos^(ν − 1) θ. */
  const share = (q: number, freedom: number) => {
    const integral = (to: number) => {
      const n = 2000
      const f = (i: number) => Math.cos((i * to) / n) ** (freedom - 1)
      let sum = f(0) + f(n)
      for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f(i)
      return (sum * to) / (3 * n)
    }
    return integral(Math.atan(q / Math.sqrt(freedom))) / integral(Math.PI / 2)
  }
  for (let n = 2; n <= 31; n++) {
    // Mean 0, and s/√n = 1: the bound is the quantile itself.
    const values = Array.from({ length: n }, (_, i) => (i === 0 ? 1 : -1 / (n - 1)))
    const variance = values.reduce((sum, v) => sum + v * v, 0) / (n - 1)
    const { high } = meanInterval(values.map((v) => v * Math.sqrt(n / variance)))
    expect(share(high, n - 1)).toBeCloseTo(0.95, 4)
  }
  const many = Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 1 : -1))
  expect(meanInterval(many).high).toBeCloseTo(1.96 / Math.sqrt(999), 6)
})
