import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3) }
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'cfg-zero-star', options }).guidance, shape, 'flow')

describe('cfg-zero-star', () => {
  it('does not move, and runs nothing, in its first steps', async () => {
    const run = make({ zeroInit: 2 })
    for (const step of [0, 1]) {
      const { values, rows, guided } = await run({ predictions, step })
      expect(values.every((value) => value === 0)).toBe(true)
      expect(rows).toBe(0)
      expect(guided).toMatchObject({ space: 'flow' })
    }
    expect((await run({ predictions, step: 2 })).rows).toBe(2)
  })

  it('scales the base to fit, negatives included', async () => {
    const { y, n } = predictions
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)
    const fit = dot(y, n) / (dot(n, n) + 1e-8)
    const { values, rows } = await make()({ predictions, step: 3, scale: 4, negatives: ['n'] })
    expect(
      farthest(
        values,
        y.map((value, i) => fit * n[i] + 4 * (value - fit * n[i])),
      ),
    ).toBeLessThan(1e-5)
    expect(rows).toBe(2)
  })

  it('is d_y at scale 1 from the first step on', async () => {
    const { values, rows } = await make()({ predictions, step: 0, scale: 1 })
    expect(values).toEqual([...Float32Array.from(predictions.y)])
    expect(rows).toBe(1)
  })
})
