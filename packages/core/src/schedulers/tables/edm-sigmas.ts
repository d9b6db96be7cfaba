import * as z from 'zod'
import { edmLevel } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { inertTrainingShape } from './inert-shape'
import { exponentialSigmas, karrasSigmas } from './sigma-ramps'

export const edmShape = {
  ...inertTrainingShape,
  sigma_min: z.number().gt(0).default(0.002),
  sigma_max: z.number().gt(0).default(80),
  sigma_data: z.number().gt(0).default(0.5).describe('Standard deviation of the training data.'),
  sigma_schedule: z.enum(['karras', 'exponential']).default('karras'),
  prediction_type: z
    .enum(['epsilon', 'v_prediction'])
    .default('epsilon')
    .describe('The sign of c_out: v_prediction turns it.'),
  rho: z.number().gt(0).default(7).describe('ρ of the Karras schedule.'),
  final_sigmas_type: z.enum(['zero', 'sigma_min']).default('zero').describe('Where the last step ends.'),
}

interface EdmConfig {
  readonly sigma_min: number
  readonly sigma_max: number
  readonly sigma_schedule: 'karras' | 'exponential'
  readonly rho: number
  readonly final_sigmas_type: 'zero' | 'sigma_min'
}

/** σs of so many steps, the end included. */
export function edmSigmas(config: EdmConfig, steps: number): number[] {
  const { sigma_min: least, sigma_max: most, rho } = config
  const sigmas =
    config.sigma_schedule === 'karras' ? karrasSigmas(least, most, steps, rho) : exponentialSigmas(least, most, steps)
  return [...sigmas, config.final_sigmas_type === 'zero' ? 0 : least]
}

/** Levels with α = 1; an end at σ = 0 is told what the last step was. */
export const edmLevels = (sigmas: readonly number[]): Level[] =>
  sigmas.map((sigma, i) => (sigma === 0 ? { ...edmLevel(sigmas[i - 1]), sigma } : edmLevel(sigma)))
