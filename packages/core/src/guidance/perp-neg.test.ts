import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3), m: draws(18, 4) }
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'perp-neg', options }).guidance, shape)
const { guidance: cfg } = resolveGuidance({ name: 'classifier-free' })
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)
const sub = (a: number[], b: number[]) => a.map((value, i) => value - b[i])

describe('perp-neg', () => {
  it('takes of each negative what is at right angles to the positive direction, with its own weight', async () => {
    const { y, u, n, m } = predictions
    const { values, rows } = await make({ beta: 0.5 })({
      predictions,
      scale: 6,
      negatives: [
        ['n', 2],
        ['m', 7],
      ],
    })
    const p = sub(y, u)
    const across = (a: number[]) => {
      const q = sub(a, u)
      return q.map((value, i) => value - (dot(q, p) / dot(p, p)) * p[i])
    }
    const [qn, qm] = [across(n), across(m)]
    expect(
      farthest(
        values,
        u.map((value, i) => value + 6 * p[i] - 1 * qn[i] - 3.5 * qm[i]),
      ),
    ).toBeLessThan(1e-5)
    expect(rows).toBe(4)
    expect(Math.abs(dot(sub(values, u), p) / dot(p, p) - 6)).toBeLessThan(1e-5)
  })

  it('is classifier-free guidance at β = 0 and with the prompt itself as negative', async () => {
    const plain = await fakeRun(cfg, shape)({ predictions })
    const off = await make({ beta: 0 })({ predictions, negatives: ['n'] })
    expect(off.values).toEqual(plain.values)
    expect(off.rows).toBe(2)
    const same = await make()({ predictions, negatives: ['y'] })
    expect(farthest(same.values, plain.values)).toBeLessThan(1e-5)
    expect(same.rows).toBe(2)
  })

  it('does not depend on what else is in the batch: the projection is per picture', async () => {
    const other = { ...predictions, y: draws(18, 9), n: draws(18, 10) }
    const run = make()
    const alone = await run({ predictions, negatives: ['n'] })
    await run({ predictions: other, negatives: ['n'] })
    expect((await run({ predictions, negatives: ['n'] })).values).toEqual(alone.values)
  })

  it('gives the same x0 in eps and in v', async () => {
    const level = { t: 400, alpha: 0.6, sigma: 0.8 }
    const x = draws(18, 5)
    const { guidance } = resolveGuidance({ name: 'perp-neg' })
    const inV = Object.fromEntries(
      Object.entries(predictions).map(([name, eps]) => {
        return [name, eps.map((e, i) => level.alpha * e - level.sigma * ((x[i] - level.sigma * e) / level.alpha))]
      }),
    )
    const a = await fakeRun(guidance, shape)({ predictions, negatives: ['n'], level, x })
    const b = await fakeRun(guidance, shape, 'v')({ predictions: inV, negatives: ['n'], level, x })
    const x0 = a.values.map((e, i) => (x[i] - level.sigma * e) / level.alpha)
    const x0v = b.values.map((v, i) => level.alpha * x[i] - level.sigma * v)
    expect(farthest(x0, x0v)).toBeLessThan(1e-4)
  })
})
