import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3) }
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'contrastive', options }).guidance, shape)
const square = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0)

describe('contrastive', () => {
  it.each([0.01, 'auto'] as const)('follows the formula with τ = %s', async (tau) => {
    const { y, u, n } = predictions
    const t = tau === 'auto' ? 1 / square(y, u) : tau
    const plus = 2 / (1 + Math.exp(-t * square(y, u)))
    const minus = (2 * Math.exp(-t * square(n, u))) / (1 + Math.exp(-t * square(n, u)))
    const { values } = await make({ tau })({ predictions, scale: 5, negatives: [['n', 3]] })
    const expected = u.map((value, i) => value + 5 * plus * (y[i] - value) - 3 * minus * (n[i] - value))
    expect(farthest(values, expected)).toBeLessThan(1e-4)
  })

  it('is the general form at τ = 0, with its elided pass', async () => {
    const plain = await fakeRun(resolveGuidance({ name: 'general' }).guidance, shape)({ predictions, negatives: ['n'] })
    const { values, rows } = await make({ tau: 0 })({ predictions, negatives: ['n'] })
    expect(values).toEqual(plain.values)
    expect(rows).toBe(2)
  })

  it('pushes less the farther the picture is from the negative', async () => {
    const { y, u } = predictions
    const push = async (distance: number) => {
      const n = u.map((value, i) => value + (i === 0 ? distance : 0))
      const { values } = await make({ tau: 1 })({ predictions: { y, u, n }, negatives: ['n'] })
      const none = await make({ tau: 1 })({ predictions: { y, u, n } })
      return Math.abs(values[0] - none.values[0]) / distance
    }
    const [near, far] = [await push(0.1), await push(3)]
    expect(near).toBeGreaterThan(3.9)
    expect(far).toBeLessThan(0.01)
  })

  it('is d_y alone at scale 1', async () => {
    expect(await make()({ predictions, scale: 1 })).toMatchObject({
      rows: 1,
      values: [...Float32Array.from(predictions.y)],
    })
  })
})
