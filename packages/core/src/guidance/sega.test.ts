import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { absoluteQuantile } from './quantile'
import { resolveGuidance } from './resolve'

const shape = [2, 4, 4]
const at = (step: number) => ({
  y: draws(32, 10 + step),
  u: draws(32, 30 + step),
  e: draws(32, 50 + step),
  f: draws(32, 70 + step),
})
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'sega', options }).guidance, shape)
const edits: [string, number][] = [
  ['e', 1],
  ['f', -0.5],
]

/** The published pipeline's arithmetic for edits with one warm-up. */
function published(
  warmup: number,
  editScale: number,
  threshold: number,
  momentumScale: number,
  beta: number,
  s: number,
) {
  let momentum = new Array(32).fill(0)
  return (step: number, { y, u, e, f }: ReturnType<typeof at>) => {
    const edit = (concept: number[], weight: number) => {
      const move = concept.map((value, i) => Math.fround((value - u[i]) * weight * editScale))
      const least = [0, 16].map((from) => absoluteQuantile(Float32Array.from(move.slice(from, from + 16)), threshold))
      return move.map((value, i) => (Math.abs(value) >= least[Math.floor(i / 16)] ? value : 0))
    }
    const [a, b] = [edit(e, 1), edit(f, -0.5)]
    const gamma = a.map((value, i) => value + b[i] + momentumScale * momentum[i])
    momentum = momentum.map((value, i) => beta * value + (1 - beta) * gamma[i])
    return u.map((value, i) => value + s * (y[i] - value) + (step >= warmup ? gamma[i] : 0))
  }
}

describe('sega', () => {
  it('follows the published arithmetic step by step', async () => {
    const reference = published(2, 5, 0.9, 0.1, 0.4, 7)
    const run = make()
    for (let step = 0; step < 6; step++) {
      const predictions = at(step)
      const { values } = await run({ predictions, scale: 7, step, steps: 10, roles: { edit: edits } })
      expect(farthest(values, reference(step, predictions))).toBeLessThan(1e-4)
    }
  })

  it('feeds its momentum once a step', async () => {
    const [once, twice] = [make(), make()]
    for (const step of [3, 4]) {
      const given = { predictions: at(step), step, roles: { edit: edits } }
      const single = await once(given)
      const first = await twice({ ...given, ends: false })
      await twice({ ...given, predictions: at(step + 9), evaluation: 1 })
      expect(first.values).toEqual(single.values)
    }
  })

  it('touches only the strongest values of each channel', async () => {
    const plain = await fakeRun(resolveGuidance({ name: 'general' }).guidance, shape)({ predictions: at(0), step: 5 })
    const { values, rows } = await make({ momentumScale: 0, quantile: 0.9 })({
      predictions: at(0),
      step: 5,
      roles: { edit: [['e', 1]] },
    })
    const moved = values.filter((value, i) => value !== plain.values[i])
    expect(moved.length).toBe(4)
    expect(rows).toBe(3)
  })

  it('measures edits in eps, whatever the network predicts', async () => {
    const given = { predictions: at(0), step: 5, roles: { edit: [['e', 1.5]] as [string, number][] } }
    const options = { momentumScale: 0, quantile: 0.5 }
    const inSpace = (space: 'eps' | 'v') =>
      fakeRun(resolveGuidance({ name: 'sega', options }).guidance, shape, space)(given)
    // Differences in v are those in eps over a factor, which the way back takes out again.
    expect(farthest((await inSpace('v')).values, (await inSpace('eps')).values)).toBeLessThan(1e-5)
  })

  it('is the general form, negatives included, without edits that act', async () => {
    const given = { predictions: { ...at(0), n: draws(32, 3) }, negatives: ['n'], step: 5 }
    const plain = await fakeRun(resolveGuidance({ name: 'general' }).guidance, shape)(given)
    const { values, rows } = await make()({ ...given, roles: { edit: [['e', 0]] } })
    expect(values).toEqual(plain.values)
    expect(rows).toBe(2)
  })
})
