import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3) }
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'mambo-g', options }).guidance, shape, 'flow')

describe('mambo-g', () => {
  it('is the general form at α = 0', async () => {
    const { guidance } = resolveGuidance({ name: 'general' })
    const given = { predictions, negatives: ['n'] }
    const plain = await fakeRun(guidance, shape, 'flow')(given)
    expect(farthest((await make({ alpha: 0 })(given)).values, plain.values)).toBeLessThan(1e-5)
  })

  it('is d_y where guidance is large beside the base, and guides fully where it is small', async () => {
    const y = draws(18, 1)
    const tiny = y.map((value) => value * 1e-3)
    const away = await make()({ predictions: { y, u: tiny } })
    expect(farthest(away.values, y)).toBeLessThan(1e-5)
    const near = y.map((value, i) => value + 1e-4 * Math.cos(i))
    const { values } = await make()({ predictions: { y, u: near }, scale: 5 })
    const push = values.map((value, i) => (value - near[i]) / (y[i] - near[i]))
    expect(push[0]).toBeCloseTo(5, 1)
  })
})
