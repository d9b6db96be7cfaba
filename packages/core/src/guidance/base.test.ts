import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { pairGuidance } from './pair-guidance'
import { resolveGuidance } from './resolve'

/** The pair form of plain guidance: what `baseTerms` promises is that this is the general form. */
const pair = pairGuidance('any', (y, b, { scale }) => ({
  data: y.data.map((value, i) => b.data[i] + scale * (value - b.data[i])),
  shape: y.shape,
}))
const { guidance: general } = resolveGuidance({ name: 'general' })

describe('the base of two-prediction methods', () => {
  it('makes d_b + s (d_y − d_b) the general form for any strengths', async () => {
    const scale = fc.double({ min: -3, max: 15, noNaN: true }).filter((s) => Math.abs(s - 1) > 0.05)
    const weight = fc.double({ min: -2, max: 10, noNaN: true })
    await fc.assert(
      fc.asyncProperty(scale, weight, weight, async (s, first, second) => {
        const predictions = { y: draws(8, 1), u: draws(8, 2), n: draws(8, 3), m: draws(8, 4) }
        const given = {
          predictions,
          scale: s,
          negatives: [
            ['n', first],
            ['m', second],
          ] as [string, number][],
        }
        const [a, b] = [await fakeRun(pair, [2, 2, 2])(given), await fakeRun(general, [2, 2, 2])(given)]
        const size = 1 + Math.abs(s) + Math.abs(first) + Math.abs(second)
        expect(farthest(a.values, b.values) / size).toBeLessThan(1e-4)
      }),
      { seed: 3, numRuns: 60 },
    )
  })

  it('needs no null pass with the usual negative, and one with another strength', async () => {
    const predictions = { y: draws(8, 1), u: draws(8, 2), n: draws(8, 3), m: draws(8, 4) }
    const run = fakeRun(pair, [2, 2, 2])
    expect((await run({ predictions, negatives: ['n'] })).rows).toBe(2)
    expect((await run({ predictions, negatives: ['n', 'm'] })).rows).toBe(3)
    expect((await run({ predictions, negatives: [['n', 1]] })).rows).toBe(3)
    expect((await run({ predictions, negatives: [['n', 0]] })).rows).toBe(2)
    expect((await run({ predictions, negatives: ['u'] })).rows).toBe(2)
  })

  it('sends its passes in one request', async () => {
    const predictions = { y: draws(8, 1), u: draws(8, 2), n: draws(8, 3) }
    expect((await fakeRun(pair, [2, 2, 2])({ predictions, negatives: [['n', 1]] })).requests).toEqual([3])
  })

  it('is the general form where s⁺ = 1 leaves nothing to share', async () => {
    const predictions = { y: draws(8, 1), u: draws(8, 2), n: draws(8, 3) }
    const given = { predictions, scale: 1, negatives: [['n', 2]] as [string, number][] }
    const { values } = await fakeRun(pair, [2, 2, 2])(given)
    expect(values).toEqual((await fakeRun(general, [2, 2, 2])(given)).values)
    const alone = await fakeRun(pair, [2, 2, 2])({ predictions, scale: 1, negatives: ['n'] })
    expect(alone.values).toEqual([...Float32Array.from(predictions.y)])
    expect(alone.rows).toBe(1)
  })
})

it('a pair that works in eps works in the network’s own space at pure noise, where eps says nothing', async () => {
  const inEps = pairGuidance('eps', (y, b, { scale }) => ({
    data: y.data.map((value, i) => b.data[i] + scale * (value - b.data[i])),
    shape: y.shape,
  }))
  const predictions = { y: draws(8, 1), u: draws(8, 2) }
  const run = fakeRun(inEps, [2, 2, 2], 'v')
  const { guided, values } = await run({ predictions, scale: 4, level: { t: 999, alpha: 0, sigma: 1 } })
  expect(guided).toMatchObject({ space: 'v' })
  const expected = predictions.u.map((u, i) => u + 4 * (predictions.y[i] - u))
  expect(farthest(values, expected)).toBeLessThan(1e-5)
  expect((await run({ predictions, scale: 4 })).guided).toMatchObject({ space: 'eps' })
})
