import { describe, expect, it } from 'vitest'
import { standardDeviation } from '../tensor/arithmetic'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const shape = [2, 3, 3]
const predictions = { y: draws(18, 1), u: draws(18, 2), n: draws(18, 3) }
const make = (options = {}, of?: { name: string }[]) =>
  fakeRun(resolveGuidance({ name: 'rescale', options, ...(of ? { of } : {}) }).guidance, shape)
const spread = (values: number[]) => standardDeviation({ data: Float32Array.from(values), shape })

describe('rescale', () => {
  it('at φ = 1 has the deviation of d_y, at φ = 0 changes nothing', async () => {
    const { guidance } = resolveGuidance({ name: 'general' })
    const plain = await fakeRun(guidance, shape)({ predictions, negatives: ['n'] })
    const full = await make({ phi: 1 })({ predictions, negatives: ['n'] })
    expect(spread(full.values)).toBeCloseTo(spread(predictions.y), 5)
    const factor = full.values[0] / plain.values[0]
    expect(
      farthest(
        full.values,
        plain.values.map((value) => factor * value),
      ),
    ).toBeLessThan(1e-5)
    expect((await make({ phi: 0 })({ predictions, negatives: ['n'] })).values).toEqual(plain.values)
  })

  it('costs no pass where the positive runs anyway, one where it does not', async () => {
    const run = make()
    expect(await run({ predictions, negatives: ['n'] })).toMatchObject({ rows: 2, requests: [2] })
    expect((await run({ predictions, scale: 0 })).rows).toBe(2)
  })

  it('compares deviations in the space it is told, whatever the guidance inside works in', async () => {
    const level = { t: 300, alpha: 0.8, sigma: 0.6 }
    const x = draws(18, 7)
    const { guided } = await make({ phi: 1, space: 'x0' }, [{ name: 'perp-neg' }])({
      predictions,
      negatives: ['n'],
      level,
      x,
    })
    if ('x0' in guided) throw new Error('one prediction was expected')
    expect(guided.space).toBe('x0')
    const y0 = predictions.y.map((eps, i) => (x[i] - 0.6 * eps) / 0.8)
    expect(standardDeviation(guided.value)).toBeCloseTo(spread(y0), 5)
  })

  it('refuses to change one prediction of what gives two', () => {
    expect(() => make({}, [{ name: 'cfg-plus-plus' }])).toThrow(/two \(clean image/)
    try {
      make({}, [{ name: 'cfg-plus-plus' }])
    } catch (error) {
      expect(error).toMatchObject({ code: 'guidance-order' })
    }
  })
})
