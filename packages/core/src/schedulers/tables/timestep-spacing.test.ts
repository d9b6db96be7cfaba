import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flowSigmas } from './flow-sigmas'
import { openTimesteps, roundHalfEven, spacedTimesteps, spacings } from './timestep-spacing'

const spread = (timestep_spacing: (typeof spacings)[number], steps_offset = 0) => ({ timestep_spacing, steps_offset })

describe('timestep spacing (Lin et al. 2023, table 2)', () => {
  it('spreads 10 of 1000', () => {
    expect(spacedTimesteps(spread('linspace'), 1000, 10)).toEqual([999, 888, 777, 666, 555, 444, 333, 222, 111, 0])
    expect(spacedTimesteps(spread('leading', 1), 1000, 10)).toEqual([901, 801, 701, 601, 501, 401, 301, 201, 101, 1])
    expect(spacedTimesteps(spread('trailing'), 1000, 10)).toEqual([999, 899, 799, 699, 599, 499, 399, 299, 199, 99])
    expect(openTimesteps(spread('linspace'), 1000, 4)).toEqual([999, 749, 500, 250])
    expect(openTimesteps(spread('leading', 1), 1000, 4)).toEqual([801, 601, 401, 201])
  })

  it('rounds near halves as numpy does, which multiplies a step', () => {
    expect(openTimesteps(spread('linspace'), 1000, 30)[15]).toBe(499)
    expect(openTimesteps(spread('linspace'), 1000, 10)[5]).toBe(500)
    expect(openTimesteps(spread('trailing'), 1000, 48)[3]).toBe(936)
    expect(flowSigmas(1000, 12, 1).map((sigma) => Math.trunc(sigma * 1000))[8]).toBe(332)
  })

  it('gives as many as were asked for, descending within the training schedule', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...spacings),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 50, max: 1000 }),
        (spacing, asked, trained) => {
          const steps = Math.min(asked, trained - 1)
          for (const timesteps of [
            spacedTimesteps(spread(spacing), trained, steps),
            openTimesteps(spread(spacing), trained, steps),
          ]) {
            if (timesteps.length !== steps) return false
            if (!timesteps.every((t, i) => t >= 0 && t < trained && (i === 0 || t < timesteps[i - 1]))) return false
          }
          return true
        },
      ),
      { seed: 2 },
    )
  })

  it('refuses more steps than a whole stride allows', () => {
    expect(() => spacedTimesteps(spread('leading'), 10, 11)).toThrow(/10 training timesteps/)
  })

  it('rounds halves to even, as numpy', () => {
    expect([0.5, 1.5, 2.5, 2.4999, 2.5001].map(roundHalfEven)).toEqual([0, 2, 2, 2, 3])
  })
})
