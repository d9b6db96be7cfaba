import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'
import { safetyPresets } from './sld'

const shape = [2, 3, 3]
const at = (step: number) => ({ y: draws(18, 10 + step), u: draws(18, 30 + step), n: draws(18, 50 + step) })
const make = (options = {}) => fakeRun(resolveGuidance({ name: 'sld', options }).guidance, shape)

/** The published pipeline's arithmetic (its equations 4, 6, 7 and 8), one call a step. */
function published(
  { warmup, safetyScale, threshold, momentumScale, momentumBeta }: typeof safetyPresets.strong,
  s: number,
) {
  let momentum = new Array(18).fill(0)
  return (step: number, steps: number, { y, u, n }: ReturnType<typeof at>) => {
    const scale = y.map((value, i) => Math.min(Math.abs(value - n[i]) * safetyScale, 1))
    const masked = scale.map((value, i) => (y[i] - n[i] >= threshold ? 0 : value))
    const safety = masked.map((mu, i) => (n[i] - u[i]) * mu + momentumScale * momentum[i])
    momentum = momentum.map((value, i) => momentumBeta * value + (1 - momentumBeta) * safety[i])
    const guidance = y.map((value, i) => value - u[i] - (step >= warmup * steps ? safety[i] : 0))
    return u.map((value, i) => value + s * guidance[i])
  }
}

describe('sld', () => {
  it.each(['weak', 'medium', 'strong', 'max'] as const)(
    '%s follows the published arithmetic step by step',
    async (preset) => {
      const reference = published(safetyPresets[preset] as typeof safetyPresets.strong, 7.5)
      const run = make({ preset })
      for (let step = 0; step < 10; step++) {
        const predictions = at(step)
        const { values } = await run({ predictions, scale: 7.5, step, steps: 10, negatives: ['n'] })
        expect(farthest(values, reference(step, 10, predictions))).toBeLessThan(1e-4)
      }
    },
  )

  it('does not run the negative while nothing of it could show', async () => {
    const rows = async (preset: string, step: number) =>
      (await make({ preset })({ predictions: at(0), step, steps: 10, negatives: ['n'] })).rows
    expect(await rows('weak', 2)).toBe(2)
    expect(await rows('weak', 3)).toBe(3)
    // Nor does the plan count it, whatever its strength: `make` holds rows to the bounds.
    expect((await make({ preset: 'weak' })({ predictions: at(0), steps: 10, negatives: [['n', 2]] })).rows).toBe(2)
    // Momentum gathers in the warm-up.
    expect(await rows('medium', 0)).toBe(3)
  })

  it('is classifier-free guidance without negatives that act', async () => {
    const plain = await fakeRun(resolveGuidance({ name: 'classifier-free' }).guidance, shape)({ predictions: at(0) })
    expect((await make({ preset: 'max' })({ predictions: at(0), negatives: [['n', 0]] })).values).toEqual(plain.values)
    expect((await make({ preset: 'max' })({ predictions: at(0) })).values).toEqual(plain.values)
  })

  it('takes single options over the preset’s', async () => {
    const { y, u, n } = at(0)
    const { values } = await make({ preset: 'max', momentumScale: 0, threshold: 1e9, safetyScale: 1e9 })({
      predictions: { y, u, n },
      scale: 4,
      negatives: ['n'],
    })
    expect(
      farthest(
        values,
        u.map((value, i) => value + 4 * (y[i] - n[i])),
      ),
    ).toBeLessThan(1e-4)
  })

  it('counts a negative’s own strength as a share of the usual one', async () => {
    const predictions = at(0)
    const options = { preset: 'max', momentumScale: 0 }
    const whole = await make(options)({ predictions, scale: 5, negatives: ['n'] })
    const half = await make(options)({ predictions, scale: 5, negatives: [['n', 2]] })
    const none = await make(options)({ predictions, scale: 5 })
    expect(
      farthest(
        half.values,
        whole.values.map((value, i) => (value + none.values[i]) / 2),
      ),
    ).toBeLessThan(1e-5)
  })
})
