import * as z from 'zod'
import type { Space } from '../../prediction/prediction'

/** β schedules by diffusers' names. */
export type BetaSchedule = 'linear' | 'scaled_linear' | 'squaredcos_cap_v2' | 'laplace' | 'sigmoid' | 'exp'

const commonSchedules = ['linear', 'scaled_linear', 'squaredcos_cap_v2'] as const

/** Keys that say how the network was trained. Defaults differ from class to class in diffusers, so they are arguments. */
export function trainingShape<const S extends BetaSchedule = (typeof commonSchedules)[number]>(
  defaults: { start?: number; end?: number; schedule?: BetaSchedule; schedules?: readonly S[] } = {},
) {
  const { start = 0.0001, end = 0.02, schedule = 'linear' } = defaults
  const schedules: readonly [BetaSchedule, ...BetaSchedule[]] = [
    ...commonSchedules,
    ...(defaults.schedules ?? []),
  ] as never
  return {
    num_train_timesteps: z.int().min(2).max(100_000).default(1000).describe('Steps of the training schedule.'),
    beta_start: z.number().gt(0).lt(1).default(start),
    beta_end: z.number().gt(0).lt(1).default(end),
    beta_schedule: z.enum(schedules).default(schedule),
    trained_betas: z
      .array(z.number().min(0).max(1))
      .nullable()
      .default(null)
      .describe('The βs themselves, one a training step, in place of a schedule.'),
  }
}

/** The keys of `trainingShape`, read. */
export interface TrainingConfig {
  readonly num_train_timesteps: number
  readonly beta_start: number
  readonly beta_end: number
  readonly beta_schedule: BetaSchedule
  readonly trained_betas: readonly number[] | null
  readonly rescale_betas_zero_snr?: boolean
}

/** diffusers' names of what a network predicts. */
export const spaceOf = {
  epsilon: 'eps',
  sample: 'x0',
  v_prediction: 'v',
  flow_prediction: 'flow',
} as const satisfies Record<string, Space>

export const predictionTypes = ['epsilon', 'sample', 'v_prediction'] as const

export const predictionShape = <const P extends keyof typeof spaceOf>(types: readonly [P, ...P[]]) => ({
  prediction_type: z.enum(types).default(types[0]).describe('What the network predicts.'),
})

export const zeroSnrShape = {
  rescale_betas_zero_snr: z.boolean().default(false).describe('Rescale the βs to zero terminal SNR.'),
}
