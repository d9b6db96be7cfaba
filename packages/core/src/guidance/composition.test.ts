import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const predictions = { y: draws(8, 1), u: draws(8, 2), c: draws(8, 3), n: draws(8, 4) }
const composition = (options = {}) => fakeRun(resolveGuidance({ name: 'composition', options }).guidance, [2, 2, 2])
const sum = (f: (i: number) => number) => predictions.y.map((_, i) => f(i))

describe('composition', () => {
  const { y, u, c, n } = predictions

  it('adds concepts of either sign, relative to the scale', async () => {
    const { values, rows } = await composition()({
      predictions,
      scale: 4,
      roles: {
        concept: [
          ['c', 1],
          ['n', -0.5],
        ],
      },
    })
    expect(
      farthest(
        values,
        sum((i) => u[i] + 4 * (y[i] - u[i]) + 4 * (c[i] - u[i]) - 2 * (n[i] - u[i])),
      ),
    ).toBeLessThan(1e-5)
    expect(rows).toBe(4)
  })

  it('takes absolute weights', async () => {
    const { values } = await composition({ weights: 'absolute' })({
      predictions,
      scale: 4,
      roles: { concept: [['c', 1]] },
    })
    expect(
      farthest(
        values,
        sum((i) => u[i] + 4 * (y[i] - u[i]) + (c[i] - u[i])),
      ),
    ).toBeLessThan(1e-5)
  })

  it('is the general form without concepts, and NOT is s⁻ = s⁺', async () => {
    const plain = await composition()({ predictions, negatives: ['n'], roles: { concept: [] } })
    const general = fakeRun(resolveGuidance({ name: 'general' }).guidance, [2, 2, 2])
    expect(plain.values).toEqual((await general({ predictions, negatives: ['n'] })).values)
    const not = await composition()({ predictions, roles: { concept: [['n', -1]] } })
    expect(farthest(not.values, (await general({ predictions, negatives: [['n', 5]] })).values)).toBeLessThan(1e-5)
  })

  it('runs no pass for a concept whose window is closed, nor null where its coefficient vanishes', async () => {
    expect((await composition()({ predictions, roles: { concept: [['c', 0]] } })).rows).toBe(2)
    // 1 − s + w s = 0 with s = 4, w = −3/4.
    expect((await composition()({ predictions, scale: 4, roles: { concept: [['c', -0.75]] } })).rows).toBe(2)
  })
})
