import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 6, 10]
const predictions = { y: draws(120, 1), u: draws(120, 2), n: draws(120, 3) }
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'fdg', options }).guidance, shape)

describe('fdg', () => {
  it('is the general form where all bands have the same scale', async () => {
    const plain = await fakeRun(resolveGuidance({ name: 'general' }).guidance, shape)({ predictions, negatives: ['n'] })
    const { values } = await make({ space: 'network', levels: [{ factor: 1 }, { factor: 1 }, { factor: 1 }] })({
      predictions,
      negatives: ['n'],
    })
    expect(farthest(values, plain.values)).toBeLessThan(1e-4)
  })

  it('guides even differences by the coarse scale, whatever the fine one', async () => {
    const y = draws(120, 1)
    const given = { predictions: { y, u: y.map((value) => value - 1) }, scale: 11 }
    const { values } = await make({ space: 'network', levels: [{ factor: 3 }, { factor: 0.5 }] })(given)
    expect(
      farthest(
        values,
        y.map((value) => value - 1 + 6),
      ),
    ).toBeLessThan(1e-4)
  })

  it('leaves d_y’s own band where a level’s window is closed (diffusers: the band of the level before)', async () => {
    const levels = [{ factor: 1 }, { factor: 1, window: { from: 0, to: 0.5 } }]
    const y = draws(120, 1)
    const even = { predictions: { y, u: y.map((value) => value - 1) }, scale: 5 }
    const open = await make({ space: 'network', levels })({ ...even, step: 4 })
    const closed = await make({ space: 'network', levels })({ ...even, step: 5 })
    expect(
      farthest(
        open.values,
        y.map((value) => value + 4),
      ),
    ).toBeLessThan(1e-4)
    expect(farthest(closed.values, y)).toBeLessThan(1e-4)
  })

  it('gives the same x0 in any space without projections', async () => {
    const level = { t: 400, alpha: 0.6, sigma: 0.8 }
    const x = draws(120, 7)
    const a = await make({ space: 'x0' })({ predictions, level, x })
    const b = await make({ space: 'network' })({ predictions, level, x })
    expect(
      farthest(
        a.values,
        b.values.map((e, i) => (x[i] - 0.8 * e) / 0.6),
      ),
    ).toBeLessThan(1e-3)
  })
})
