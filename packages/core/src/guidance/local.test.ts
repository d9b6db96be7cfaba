import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const [height, width] = [6, 6]
const cells = height * width
const shape = [2, height, width]
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'local', options }).guidance, shape, 'x0')
const far = { range: 1, momentum: 0 }

/** Predictions whose negative differs from nothing in a square of 2 × 2 cells only, but for a little everywhere. */
function thing(row: number, column: number, seed = 1) {
  const [y, u] = [draws(2 * cells, seed), draws(2 * cells, seed + 1)]
  const little = draws(2 * cells, seed + 2)
  const inside = (i: number) => {
    const [r, c] = [Math.floor((i % cells) / width), i % width]
    return r >= row && r < row + 2 && c >= column && c < column + 2
  }
  const n = u.map((value, i) => value + 0.02 * little[i] + (inside(i) ? 2 : 0))
  return { y, u, n, inside }
}
const classifierFree = (y: number[], u: number[], s: number) => u.map((value, i) => value + s * (y[i] - value))

describe('local', () => {
  it('leaves alone what lies outside of a negative’s mask, to the bit, and pushes inside by λ s⁻', async () => {
    const { y, u, n, inside } = thing(2, 3)
    const { values } = await make({ ...far, strength: 0.1, quantile: 0.9 })({
      predictions: { y, u, n },
      negatives: ['n'],
    })
    const plain = (await make()({ predictions: { y, u } })).values
    expect(farthest(plain, classifierFree(y, u, 5))).toBeLessThan(1e-5)
    const changed = values.flatMap((value, i) => (value === plain[i] ? [] : [i]))
    expect(changed.every(inside)).toBe(true)
    expect(changed.length).toBe(8)
    for (const i of changed) expect(values[i]).toBeCloseTo(plain[i] - 0.1 * 4 * (n[i] - u[i]), 4)
  })

  it('takes in all of a thing that is large, and no more than a thing covers at most', async () => {
    const [y, u] = [draws(2 * cells, 1), draws(2 * cells, 2)]
    // The upper half differs as much everywhere, the lower one hardly.
    const n = u.map((value, i) => value + (i % cells < cells / 2 ? 2 : 0.02))
    const options = { ...far, strength: 0.1, quantile: 0.9 }
    const plain = (await make()({ predictions: { y, u } })).values
    const touched = async (more: object) => {
      const { values } = await make({ ...options, ...more })({ predictions: { y, u, n }, negatives: ['n'] })
      return values.slice(0, cells).flatMap((value, i) => (value === plain[i] ? [] : [i]))
    }
    // The blur leaves the row at the border less than 0.8 of the peak.
    expect(await touched({ most: 0.9 })).toEqual(Array.from({ length: 12 }, (_, i) => i))
    expect((await touched({ most: 0.9, peak: 0.7 })).length).toBe(18)
    const most = await touched({ most: 0.2, peak: 0.1 })
    expect(most.length).toBeLessThanOrEqual(0.5 * cells)
    expect((await touched({ peak: 1 })).length).toBeLessThanOrEqual(12)
  })

  it('keeps several negatives apart: each does in its place what it does alone', async () => {
    const one = thing(0, 0)
    const other = thing(4, 4)
    const options = { ...far, strength: 0.1, quantile: 0.9 }
    const { y, u, n } = one
    const n2 = u.map((value, i) => value + (other.inside(i) ? 2 : 0))
    const run = (negatives: [string, number][]) => make(options)({ predictions: { y, u, n, n2 }, negatives })
    const [both, first, second, none] = await Promise.all([
      run([
        ['n', 4],
        ['n2', 4],
      ]),
      run([['n', 4]]),
      run([['n2', 4]]),
      run([]),
    ])
    expect(both.rows).toBe(4)
    const sum = both.values.map((_, i) => first.values[i] + second.values[i] - none.values[i])
    expect(farthest(both.values, sum)).toBeLessThan(1e-5)
  })

  it('follows the predictions slowly: a mask remembers where the thing was', async () => {
    const [before, after] = [thing(0, 0), thing(4, 4)]
    const run = make({ ...far, momentum: 0.9, quantile: 0.9 })
    const at = ({ y, u, n }: ReturnType<typeof thing>, step: number) =>
      run({ predictions: { y, u, n }, negatives: ['n'], step, steps: 10 })
    const plain = ({ y, u }: ReturnType<typeof thing>) => make()({ predictions: { y, u } })
    const touched = (values: number[], base: number[]) => values.flatMap((value, i) => (value === base[i] ? [] : [i]))
    await at(before, 0)
    const moved = touched((await at(after, 1)).values, (await plain(after)).values)
    expect(moved.some(before.inside)).toBe(true)
    const fresh = await make({ ...far, momentum: 0, quantile: 0.9 })({
      predictions: { y: after.y, u: after.u, n: after.n },
      negatives: ['n'],
    })
    expect(touched(fresh.values, (await plain(after)).values).some(before.inside)).toBe(false)
  })

  it('a pushed value stays in its channel’s range, however strong the push', async () => {
    const { y, u, n } = thing(2, 2)
    const plain = classifierFree(y, u, 5)
    const { values } = await make({ strength: 1e6, range: 1, quantile: 0.5 })({
      predictions: { y, u, n },
      negatives: ['n'],
    })
    for (const c of [0, 1]) {
      const most = Math.max(...plain.slice(c * cells, (c + 1) * cells).map(Math.abs))
      for (const value of values.slice(c * cells, (c + 1) * cells)) expect(Math.abs(value)).toBeLessThan(most + 1e-4)
    }
  })

  it('with a hull of 0 a pushed value is between the predictions', async () => {
    const { y, u, n } = thing(2, 2)
    const { values } = await make({ strength: 10, hull: 0, quantile: 0, momentum: 0 })({
      predictions: { y, u, n },
      negatives: ['n'],
    })
    values.forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(Math.min(y[i], u[i], n[i]) - 1e-5)
      expect(value).toBeLessThanOrEqual(Math.max(y[i], u[i], n[i]) + 1e-5)
    })
  })
})
