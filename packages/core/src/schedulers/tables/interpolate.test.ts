import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpolate, timestepOf } from './interpolate'
import { trainingTable } from './training-table'

const { sigmas } = trainingTable(
  {
    num_train_timesteps: 1000,
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    trained_betas: null,
  },
  true,
)

describe('σ at a timestep, and the timestep of a σ', () => {
  it('are one another’s inverse but for how they go between two entries', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 999, noNaN: true }),
        (t) => Math.abs(timestepOf(interpolate(sigmas, t), sigmas) - t) < 0.1,
      ),
      { seed: 3 },
    )
    for (const t of [0, 1, 500, 998, 999]) expect(timestepOf(interpolate(sigmas, t), sigmas)).toBeCloseTo(t, 3)
  })

  it('stay at the ends outside', () => {
    expect([interpolate(sigmas, -5), interpolate(sigmas, 2000)]).toEqual([sigmas[0], sigmas[999]])
    expect([timestepOf(0, sigmas), timestepOf(1000, sigmas)]).toEqual([0, 999])
  })
})
