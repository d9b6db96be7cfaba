import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { betaSigmas, exponentialSigmas, karrasSigmas, rampOf } from './sigma-ramps'

describe('σ ramps', () => {
  it('start and end where they are told, and fall', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(karrasSigmas, exponentialSigmas, betaSigmas),
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0.001, max: 0.1, noNaN: true }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        (ramp, count, least, most) => {
          const sigmas = ramp(least, most, count)
          const ends = Math.abs(sigmas[0] / most - 1) < 1e-9 && Math.abs(sigmas[count - 1] / least - 1) < 1e-9
          return sigmas.length === count && ends && sigmas.every((s, i) => i === 0 || s < sigmas[i - 1])
        },
      ),
      { seed: 4 },
    )
  })

  it('are even in what they are named for', () => {
    const even = (values: number[]) => values.slice(1).map((v, i) => v - values[i])
    const karras = even(karrasSigmas(0.03, 14, 8).map((s) => s ** (1 / 7)))
    const exponential = even(exponentialSigmas(0.03, 14, 8).map(Math.log))
    for (const strides of [karras, exponential]) {
      for (const stride of strides) expect(stride).toBeCloseTo(strides[0], 9)
    }
  })

  it('exclude one another', () => {
    const none = { use_karras_sigmas: false, use_exponential_sigmas: false, use_beta_sigmas: false }
    expect(rampOf(none)).toBeUndefined()
    expect(rampOf({ ...none, use_beta_sigmas: true })).toBe(betaSigmas)
    const both = (): unknown => rampOf({ ...none, use_karras_sigmas: true, use_beta_sigmas: true })
    expect(both).toThrow(expect.objectContaining({ code: 'scheduler-option-invalid' }))
  })
})
