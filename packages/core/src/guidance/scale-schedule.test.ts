import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'
import { betaCurve, clampedLinear, poweredCosine, scaleCurves } from './scale-curves'

const predictions = { y: draws(8, 1), u: draws(8, 2), n: draws(8, 3), c: draws(8, 4) }
const make = (options = {}, of = [{ name: 'general' }]) =>
  fakeRun(resolveGuidance({ name: 'scale-schedule', options, of }).guidance, [2, 2, 2])

describe('scale curves', () => {
  const mean = (curve: (p: number) => number, n = 2000) =>
    Array.from({ length: n }, (_, i) => curve((i + 0.5) / n)).reduce((a, b) => a + b, 0) / n

  it.each([...Object.entries(scaleCurves), ['beta', betaCurve(2, 5)], ['powered', poweredCosine(3)]] as const)(
    '%s has mean 1 and never pushes back',
    (_, curve) => {
      expect(mean(curve)).toBeCloseTo(1, 3)
      for (let p = 0; p <= 1; p += 0.05) expect(curve(p)).toBeGreaterThanOrEqual(0)
    },
  )

  it('are what they are called', () => {
    expect([0, 0.5, 1].map(scaleCurves.linear)).toEqual([0, 1, 2])
    expect([0, 0.5, 1].map(scaleCurves.triangle)).toEqual([0, 2, 0])
    expect(scaleCurves.cosine(0.25)).toBeCloseTo(1 - Math.SQRT1_2, 12)
    expect(betaCurve(2, 2)(0.3)).toBeCloseTo(6 * 0.3 * 0.7, 10)
    expect(betaCurve(1, 1)(0.7)).toBeCloseTo(1, 12)
    expect(poweredCosine(1)(0.4)).toBeCloseTo(scaleCurves.cosine(0.4), 5)
    expect([0, 1].map(clampedLinear(0.5))).toEqual([0.5, 2])
  })
})

describe('scale-schedule', () => {
  it('scales everything that pushes away from d_y', async () => {
    const { y, u, n } = predictions
    const { values } = await make({ curve: 'linear' })({
      predictions,
      scale: 5,
      step: 1,
      steps: 10,
      negatives: [['n', 2]],
    })
    const c = 2 * 0.15
    const expected = y.map((_, i) => u[i] + (1 + 4 * c) * (y[i] - u[i]) - 2 * c * (n[i] - u[i]))
    expect(farthest(values, expected)).toBeLessThan(1e-5)
  })

  it('keeps the null pass of the usual negative away at every strength', async () => {
    for (const step of [0, 3, 9]) {
      expect((await make({ curve: 'cosine' })({ predictions, step, steps: 10, negatives: ['n'] })).rows).toBe(2)
    }
  })

  it('is the guidance itself when constant', async () => {
    const { guidance } = resolveGuidance({ name: 'general' })
    const given = { predictions, step: 4, negatives: ['n'] }
    const plain = await fakeRun(guidance, [2, 2, 2])(given)
    expect((await make({ curve: 'constant' })(given)).values).toEqual(plain.values)
  })

  it('reaches concepts of the guidance inside, and inner wrappers', async () => {
    const { y, u, c } = predictions
    const run = make({ curve: 'falling' }, [
      { name: 'rescale', options: { phi: 0 }, of: [{ name: 'composition' }] },
    ] as never)
    const given = { predictions, scale: 5, step: 9, steps: 10, roles: { concept: [['c', 1]] as [string, number][] } }
    const { values } = await run(given)
    const f = 2 * 0.05
    const s = 1 + 4 * f
    expect(
      farthest(
        values,
        y.map((_, i) => u[i] + s * (y[i] - u[i]) + f * s * (c[i] - u[i])),
      ),
    ).toBeLessThan(1e-5)
  })
})
