import * as z from 'zod'
import { NegError } from '../../errors/neg-error'
import { linspace } from './timestep-spacing'

/** σ' = s σ / (1 + (s − 1) σ): more of the run at high noise for a shift s above 1 (Esser et al. 2024, eq. 23). */
export const shifted = (sigma: number, shift: number): number => (shift * sigma) / (1 + (shift - 1) * sigma)

/**
 * σs stretched linearly in 1 − σ so that the last becomes `terminal`.
 * @throws `schedule-invalid` where the last is 1: that one step starts at pure noise leaves nothing to stretch
 */
export function stretched(sigmas: readonly number[], terminal: number): number[] {
  if (sigmas[sigmas.length - 1] >= 1) {
    throw new NegError('schedule-invalid', 'shift_terminal needs two steps or more.', { where: 'steps' })
  }
  const scale = (1 - sigmas[sigmas.length - 1]) / (1 - terminal)
  return sigmas.map((s) => 1 - (1 - s) / scale)
}

/** Keys by which the solvers in λ walk a rectified flow: x = (1 − σ) x0 + σ n. */
export const flowShape = {
  use_flow_sigmas: z.boolean().default(false).describe('Walk a rectified flow, x = (1 − σ) x0 + σ n.'),
  flow_shift: z.number().gt(0).default(1).describe('Shift of the flow’s σs.'),
}

export const dynamicShiftShape = {
  use_dynamic_shifting: z.boolean().default(false).describe('Take the shift from mu in place of flow_shift.'),
  time_shift_type: z.enum(['exponential']).default('exponential').describe('How mu makes a shift: e^mu.'),
  mu: z.number().nullable().default(null).describe('Argument of set_timesteps; needs use_dynamic_shifting.'),
}

interface FlowConfig {
  readonly prediction_type: string
  readonly use_flow_sigmas: boolean
  readonly flow_shift: number
  readonly use_dynamic_shifting?: boolean
  readonly mu?: number | null
}

/** The shift in force. @throws `scheduler-option-invalid` where mu and use_dynamic_shifting do not come together */
export function flowShift(config: FlowConfig): number {
  const { use_dynamic_shifting: dynamic = false, mu = null } = config
  if (dynamic !== (mu !== null)) {
    refuse(dynamic ? 'use_dynamic_shifting needs mu.' : 'mu needs use_dynamic_shifting.', 'mu')
  }
  return mu === null ? config.flow_shift : Math.exp(mu)
}

/**
 * A flow has its own noise levels: what a VP prediction or a ramp over VP σs would mean there is not defined.
 * @throws `scheduler-option-invalid`
 */
export function checkFlow(config: FlowConfig, ramped: boolean): void {
  const { use_flow_sigmas: flow, prediction_type: type } = config
  if (type === 'flow_prediction' && !flow)
    refuse('prediction_type flow_prediction needs use_flow_sigmas.', 'use_flow_sigmas')
  if (flow && type === 'v_prediction') {
    refuse(
      'use_flow_sigmas cannot go with v_prediction, which is defined for variance-preserving noise.',
      'prediction_type',
    )
  }
  if (flow && ramped) refuse('use_flow_sigmas cannot go with a ramp of variance-preserving σs.', 'use_flow_sigmas')
}

function refuse(message: string, key: string): never {
  throw new NegError('scheduler-option-invalid', message, { where: `scheduler.config.${key}` })
}

/** σs of a flow, evenly spread in 1 − σ from σ = 1 − 1/T, then shifted; without the end. */
export const flowSigmas = (trained: number, steps: number, shift: number): number[] =>
  linspace(1, 1 / trained, steps + 1)
    .slice(1)
    .reverse()
    .map((alpha) => shifted(1 - alpha, shift))
