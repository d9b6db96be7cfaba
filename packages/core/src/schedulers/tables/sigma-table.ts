import { NegError } from '../../errors/neg-error'
import { ratioLevel } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import type { Request } from '../schedule-request'
import { interpolate, timestepOf } from './interpolate'
import type { Ramp } from './sigma-ramps'
import { roundHalfEven, type Spacing, spacedTimesteps } from './timestep-spacing'

/** One timestep a step; one σ/α more, where the last step ends. */
export interface SigmaTable {
  readonly timesteps: readonly number[]
  readonly sigmas: readonly number[]
}

interface SigmaConfig {
  readonly num_train_timesteps: number
  readonly timestep_spacing: Spacing
  readonly steps_offset: number
  readonly sigma_min?: number | null
  readonly sigma_max?: number | null
}

interface SigmaRule {
  readonly ramp?: Ramp
  /** Where the last step ends; default 0. */
  readonly last?: number
  /** Round the ramp's timesteps (KDPM2's Karras ones). */
  readonly wholeRamp?: boolean
}

/**
 * The table of the solvers that hold x with α = 1 (Euler, Heun, KDPM2, LMS): σs interpolated at fractional timesteps, or a
 * ramp between the first and last of them.
 * @param trained σ/α per training timestep, ascending.
 * @throws `schedule-invalid`
 */
export function sigmaTable(
  config: SigmaConfig,
  trained: readonly number[],
  request: Request,
  { ramp, last = 0, wholeRamp = false }: SigmaRule = {},
): SigmaTable {
  if (request.kind === 'sigmas') return userSigmas(request.sigmas, trained)
  if (request.kind === 'timesteps' && ramp) refuseRamp()
  const timesteps =
    request.kind === 'timesteps'
      ? request.timesteps
      : spacedTimesteps(config, config.num_train_timesteps, request.steps)
  const sigmas = timesteps.map((t) => interpolate(trained, t))
  if (!ramp) return { timesteps, sigmas: [...sigmas, last] }
  const [most, least] = [config.sigma_max ?? sigmas[0], config.sigma_min ?? sigmas[sigmas.length - 1]]
  const ramped = ramp(least, most, timesteps.length)
  const round = wholeRamp ? roundHalfEven : (t: number) => t
  return { timesteps: ramped.map((s) => round(timestepOf(s, trained))), sigmas: [...ramped, last] }
}

/** User-given σs name every level, the end of the last step included. */
export function userSigmas(sigmas: readonly number[], trained: readonly number[]): SigmaTable {
  if (sigmas.length < 2) {
    throw new NegError(
      'schedule-invalid',
      'sigmas names every level, the last being where the run ends: give at least two.',
      {
        where: 'sigmas',
      },
    )
  }
  return { timesteps: sigmas.slice(0, -1).map((s) => timestepOf(s, trained)), sigmas }
}

/** @throws `schedule-invalid`: timesteps and a σ ramp would both fix the levels. */
export function refuseRamp(): never {
  throw new NegError(
    'schedule-invalid',
    'timesteps cannot be given together with Karras, exponential, beta or Lu spacing of the σs. Give steps, or turn it off.',
    { where: 'timesteps' },
  )
}

/** The levels of a table, as the network knows them; each is told its timestep, the end 0. */
export const tableLevels = ({ timesteps, sigmas }: SigmaTable): Level[] =>
  [...timesteps, 0].map((t, i) => ratioLevel(t, sigmas[i]))

/** What a pure-noise start is multiplied by, in a solver's scaling with α = 1 (diffusers' init_noise_sigma). */
export function initialSigma(sigmas: readonly number[], spacing: Spacing): number {
  const most = Math.max(...sigmas)
  return spacing === 'leading' ? Math.hypot(most, 1) : most
}
