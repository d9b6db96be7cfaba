import { describe, expect, it } from 'vitest'
import type { NegError } from '../../errors/neg-error'
import type { TrainingConfig } from './training-config'
import { trainingTable } from './training-table'

const base: TrainingConfig = {
  num_train_timesteps: 1000,
  beta_start: 0.0001,
  beta_end: 0.02,
  beta_schedule: 'linear',
  trained_betas: null,
}
const stableDiffusion = { ...base, beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' } as const

/** diffusers' alphas_cumprod at 0, 1, 499, 998 and 999, to the digits of float32. */
const recorded: [string, TrainingConfig, number[]][] = [
  ['linear', base, [0.999899983, 0.999780059, 0.078587234, 4.11819419e-5, 4.03583035e-5]],
  ['scaled_linear', stableDiffusion, [0.999149978, 0.998296022, 0.27766943, 0.00471669575, 0.00466009509]],
  [
    'squaredcos_cap_v2',
    { ...base, beta_schedule: 'squaredcos_cap_v2' },
    [0.999958694, 0.99991256, 0.493843466, 2.42876627e-6, 2.42873499e-9],
  ],
  [
    'laplace',
    { ...base, beta_schedule: 'laplace' },
    [0.978846252, 0.970283508, 0.707460344, 0.207026601, 0.0316227749],
  ],
  [
    'sigmoid',
    { ...base, beta_schedule: 'sigmoid' },
    [0.99985081, 0.999701023, 0.301930994, 4.04896236e-5, 3.96818214e-5],
  ],
  ['exp', { ...base, beta_schedule: 'exp' }, [0.98807174, 0.976285756, 0.00247878581, 6.21855543e-6, 6.14437886e-6]],
]

describe('trainingTable', () => {
  it.each(recorded)('%s is diffusers’', (_, config, expected) => {
    const { alphasCumprod } = trainingTable(config, false)
    const kept = [0, 1, 499, 998, 999].map((t) => alphasCumprod[t])
    kept.forEach((value, i) => {
      expect(Math.abs(value / expected[i] - 1)).toBeLessThan(3e-7)
    })
  })

  it('ends at zero signal when rescaled, starting where it did; at diffusers’ floor for the solvers that divide by it', () => {
    const config = { ...stableDiffusion, rescale_betas_zero_snr: true }
    const { alphasCumprod } = trainingTable(config, false)
    expect(alphasCumprod[999]).toBe(0)
    expect(alphasCumprod[0]).toBeCloseTo(0.999149978, 7)
    expect(alphasCumprod[499]).toBeCloseTo(0.242358997, 6)
    const floored = trainingTable(config, true)
    expect(floored.alphasCumprod[999]).toBe(2 ** -24)
    expect(floored.sigmas[999]).toBeCloseTo(4096, 0)
  })

  it('takes the βs themselves, one a training step', () => {
    const { alphasCumprod, sigmas } = trainingTable(
      { ...base, num_train_timesteps: 3, trained_betas: [0.1, 0.2, 0.5] },
      false,
    )
    expect(alphasCumprod.map((a) => Number(a.toFixed(6)))).toEqual([0.9, 0.72, 0.36])
    expect(sigmas[2]).toBeCloseTo(Math.sqrt(0.64 / 0.36), 6)
    const wrong = (): unknown => trainingTable({ ...base, trained_betas: [0.1] }, false)
    expect(wrong).toThrow(expect.objectContaining({ code: 'scheduler-option-invalid' } satisfies Partial<NegError>))
  })
})
