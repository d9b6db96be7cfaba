import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const make = () => fakeRun(resolveGuidance({ name: 'tcfg' }).guidance, shape)
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i], 0)

describe('tcfg', () => {
  it('keeps of the base its part along the first right singular vector, found by power iteration', async () => {
    const [y, u] = [draws(18, 1), draws(18, 2)]
    let v = y.map((value, i) => value + u[i])
    for (let i = 0; i < 500; i++) {
      const [a, b] = [dot(y, v), dot(u, v)]
      v = y.map((value, k) => a * value + b * u[k])
      const size = Math.sqrt(dot(v, v))
      v = v.map((value) => value / size)
    }
    const kept = v.map((value) => dot(u, v) * value)
    const { values } = await make()({ predictions: { y, u }, scale: 5 })
    expect(
      farthest(
        values,
        y.map((value, i) => kept[i] + 5 * (value - kept[i])),
      ),
    ).toBeLessThan(1e-4)
  })

  it('is d_y where both agree, and safe where one is zero', async () => {
    const y = draws(18, 1)
    const same = await make()({ predictions: { y, u: y.map((value) => 2 * value) }, scale: 3 })
    expect(
      farthest(
        same.values,
        y.map((value) => 2 * value + 3 * (value - 2 * value)),
      ),
    ).toBeLessThan(1e-5)
    const none = await make()({ predictions: { y, u: y.map(() => 0) }, scale: 3 })
    expect(
      farthest(
        none.values,
        y.map((value) => 3 * value),
      ),
    ).toBeLessThan(1e-5)
  })
})
