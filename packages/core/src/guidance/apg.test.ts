import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const level = { t: 400, alpha: 0.6, sigma: 0.8 }
const x = draws(18, 5)
const at = (step: number) => ({ y: draws(18, 10 + step), u: draws(18, 30 + step), n: draws(18, 50 + step) })
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'apg', options }).guidance, shape)
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)
const clean = (eps: number[]) => eps.map((e, i) => (x[i] - level.sigma * e) / level.alpha)

/** The paper's formula, step after step, in x0. */
function published(eta: number, cap: number, momentum: number, s: number) {
  let running: number[] | undefined
  return (y: number[], u: number[]) => {
    let g = y.map((value, i) => value - u[i] + (running ? momentum * running[i] : 0))
    running = g
    const size = Math.sqrt(dot(g, g))
    if (size > cap) g = g.map((value) => (value * cap) / size)
    const along = dot(g, y) / dot(y, y)
    return y.map((value, i) => value + (s - 1) * (g[i] - along * value + eta * along * value))
  }
}

describe('apg', () => {
  it('follows the paper in x0, momentum and cap included', async () => {
    const reference = published(0.2, 3, -0.5, 8)
    const run = make({ eta: 0.2, norm: 3, momentum: -0.5 })
    for (const step of [0, 1, 2]) {
      const { y, u } = at(step)
      const { values } = await run({ predictions: at(step), scale: 8, step, level, x })
      expect(farthest(values, reference(clean(y), clean(u)))).toBeLessThan(1e-4)
    }
  })

  it('feeds its momentum once a step, however many evaluations a step has', async () => {
    const options = { momentum: -0.7, norm: 'none' as const }
    const [once, twice] = [make(options), make(options)]
    for (const step of [0, 1, 2]) {
      const single = await once({ predictions: at(step), step, level, x })
      const first = await twice({ predictions: at(step), step, level, x, ends: false })
      await twice({ predictions: at(step + 7), step, evaluation: 1, level, x })
      expect(first.values).toEqual(single.values)
    }
  })

  it('is classifier-free guidance at η = 1 without cap and momentum', async () => {
    const { guidance } = resolveGuidance({ name: 'general' })
    const given = { predictions: at(0), negatives: ['n'], level, x }
    const plain = await fakeRun(guidance, shape)(given)
    const { values } = await make({ eta: 1, norm: 'none', momentum: 0 })(given)
    expect(farthest(values, clean(plain.values))).toBeLessThan(1e-4)
  })

  it('has the paper’s cap at the paper’s latent sizes', async () => {
    for (const [edge, cap] of [
      [128, 15],
      [64, 7.5],
    ]) {
      const big = [4, edge, edge]
      const count = 4 * edge * edge
      const predictions = { y: draws(count, 1), u: draws(count, 2) }
      const { guidance } = resolveGuidance({ name: 'apg', options: { momentum: 0, eta: 1, space: 'network' } })
      const { values } = await fakeRun(guidance, big)({ predictions, scale: 2 })
      const g = values.map((value, i) => value - Math.fround(predictions.y[i]))
      expect(Math.sqrt(dot(g, g))).toBeCloseTo(cap, 3)
    }
  })

  it('leaves the cap alone where guidance is small', async () => {
    const y = draws(18, 1)
    const predictions = { y, u: y.map((value, i) => value + 0.001 * Math.sin(i)) }
    const capped = await make({ momentum: 0, space: 'network' })({ predictions })
    expect(capped.values).toEqual((await make({ momentum: 0, space: 'network', norm: 'none' })({ predictions })).values)
  })
})
