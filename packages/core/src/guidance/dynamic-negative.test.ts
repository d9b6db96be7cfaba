import { describe, expect, it } from 'vitest'
import { draws, type FakeEvaluation, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3) }
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'dynamic-negative', options }).guidance, shape)
const variance = 0.5

/** A transition whose mean is half the prediction. */
const transition: FakeEvaluation['transition'] = () => (p) => ({
  mean: { data: p.value.data.map((value) => value / 2), shape },
  variance,
})
const half = (values: number[], off = 0) => values.map((value) => value / 2 + off)

/** How much of the negative a step takes away. */
async function strength(run: ReturnType<typeof make>, given: Partial<FakeEvaluation> = {}) {
  const { y, u, n } = predictions
  const { values } = await run({ predictions, scale: 5, negatives: [['n', 4]], transition, ...given })
  const plain = u.map((value, i) => value + 5 * (y[i] - value))
  return (plain[0] - values[0]) / (n[0] - u[0])
}
const odds = (p: number) => p / (1 - p)

describe('dynamic-negative', () => {
  it('starts at the prior’s odds', async () => {
    const run = make({ prior: 0.2 })
    expect(await strength(run)).toBeCloseTo(4 * odds(0.2), 5)
  })

  it('follows Bayes’ rule on where the solver arrives', async () => {
    const run = make({ prior: 0.2, temperature: 1, max: 0.999 })
    const arrives = half(predictions.u, 0.3)
    await strength(run, { arrives })
    const distance = (a: number[]) => a.reduce((sum, value, i) => sum + (arrives[i] - value / 2) ** 2, 0)
    const p = 0.2 * Math.exp(-(distance(predictions.n) - distance(predictions.u)) / (2 * variance))
    expect(await strength(run)).toBeCloseTo(4 * odds(Math.max(p, 1e-6)), 4)
  })

  it('rises to its cap where the picture goes the negative’s way, and falls to its floor elsewhere', async () => {
    const toward = make({ prior: 0.2, temperature: 5, max: 0.7 })
    await strength(toward, { arrives: half(predictions.n) })
    expect(await strength(toward)).toBeCloseTo(4 * odds(0.7), 4)
    const away = make({ prior: 0.2, temperature: 5, min: 0.001 })
    await strength(away, { arrives: half(predictions.u) })
    expect(await strength(away)).toBeCloseTo(4 * odds(0.001), 4)
  })

  it('keeps the prior at temperature 0, and counts the offset every step', async () => {
    const still = make({ prior: 0.2, temperature: 0 })
    await strength(still, { arrives: half(predictions.n) })
    expect(await strength(still)).toBeCloseTo(4 * odds(0.2), 5)
    const offset = make({ prior: 0.2, temperature: 0, offset: 0.1 })
    await strength(offset, { arrives: half(predictions.n) })
    expect(await strength(offset)).toBeCloseTo(4 * odds(0.2 * Math.exp(0.1)), 4)
  })

  it('learns nothing from a step without noise, nor while the window is closed', async () => {
    const run = make({ prior: 0.2, temperature: 5 })
    const noiseless: FakeEvaluation['transition'] = (tensor) => () => ({ mean: tensor(predictions.u), variance: 0 })
    await strength(run, { arrives: half(predictions.n), transition: noiseless })
    await run({ predictions, negatives: [['n', 0]], transition, arrives: half(predictions.n) })
    expect(await strength(run)).toBeCloseTo(4 * odds(0.2), 5)
  })

  it('has a posterior for each negative', async () => {
    const run = make({ prior: 0.2, temperature: 5, max: 0.7, min: 0.001 })
    const both = { ...predictions, m: draws(18, 4) }
    const negatives: [string, number][] = [
      ['n', 4],
      ['m', 4],
    ]
    await run({ predictions: both, negatives, transition, arrives: half(both.m) })
    const { values, rows } = await run({ predictions: both, negatives, transition })
    const { y, u, n, m } = both
    const expected = u.map((value, i) => {
      return value + 5 * (y[i] - value) - 4 * odds(0.001) * (n[i] - value) - 4 * odds(0.7) * (m[i] - value)
    })
    expect(farthest(values, expected)).toBeLessThan(1e-4)
    expect(rows).toBe(4)
  })

  it('is plain guidance without negatives', async () => {
    const plain = await fakeRun(resolveGuidance({ name: 'classifier-free' }).guidance, shape)({ predictions })
    const { values, rows } = await make()({ predictions, transition })
    expect(values).toEqual(plain.values)
    expect(rows).toBe(2)
  })
})
