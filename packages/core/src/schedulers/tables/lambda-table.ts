import * as z from 'zod'
import { flowLevel, ratioLevel } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { trainedTimesteps } from '../schedule-request'
import { interpolate, timestepOf } from './interpolate'
import type { Ramp } from './sigma-ramps'
import { refuseRamp, type SigmaTable } from './sigma-table'
import { roundHalfEven } from './timestep-spacing'

export const finalSigmaShape = {
  final_sigmas_type: z.enum(['zero', 'sigma_min']).default('zero').describe('Where the last step ends.'),
}

export const lambdaClipShape = {
  lambda_min_clipped: z
    .number()
    .nullable()
    .default(null)
    .describe('Leave out training timesteps with ln(α/σ) below this (cosine schedules); null: none.'),
}

/** What the solvers in λ = ln(α/σ) do differently from one another when they lay out their levels. */
export interface LambdaRule {
  readonly trained: readonly number[]
  /** Whole timesteps of so many steps. */
  spaced(steps: number): readonly number[]
  readonly ramp?: Ramp
  /** Ends of a ramp; default the ends of the training schedule. */
  readonly rampEnds?: { readonly least?: number | null; readonly most?: number | null }
  /** Round the ramp's timesteps rather than cut them. */
  readonly wholeRamp: boolean
  /** Where the last step ends: given the last σ of a ramp or flow, or undefined for plain spacing. */
  end(last: number | undefined): number
  /** A flow's σs, without the end. */
  flow?(request: { steps?: number; sigmas?: readonly number[] }): readonly number[]
}

type LambdaRequest =
  | { readonly kind: 'steps'; readonly steps: number }
  | { readonly kind: 'timesteps'; readonly timesteps: readonly number[] }
  | { readonly kind: 'sigmas'; readonly sigmas: readonly number[] }

/**
 * The table of the solvers that integrate in λ (DPM-Solver, DEIS, UniPC, SA-Solver): the network is told whole timesteps.
 * @throws `schedule-invalid`
 */
export function lambdaTable(rule: LambdaRule, request: LambdaRequest): SigmaTable {
  const { trained, ramp } = rule
  if (rule.flow) {
    if (request.kind === 'timesteps') refuseRamp()
    const sigmas = rule.flow(request.kind === 'steps' ? { steps: request.steps } : { sigmas: request.sigmas })
    const timesteps = sigmas.map((s) => Math.trunc(s * trained.length))
    return { timesteps, sigmas: [...sigmas, rule.end(sigmas[sigmas.length - 1])] }
  }
  if (request.kind !== 'steps' && ramp) refuseRamp()
  if (ramp && request.kind === 'steps') {
    const least = rule.rampEnds?.least ?? trained[0]
    const most = rule.rampEnds?.most ?? trained[trained.length - 1]
    const sigmas = ramp(least, most, request.steps)
    const whole = rule.wholeRamp ? roundHalfEven : Math.trunc
    const timesteps = sigmas.map((s) => whole(timestepOf(s, trained)))
    return { timesteps, sigmas: [...sigmas, rule.end(sigmas[sigmas.length - 1])] }
  }
  const timesteps =
    request.kind === 'timesteps' ? request.timesteps : rule.spaced(request.kind === 'steps' ? request.steps : 0)
  trainedTimesteps(timesteps, trained.length)
  return { timesteps, sigmas: [...timesteps.map((t) => interpolate(trained, t)), rule.end(undefined)] }
}

/** The levels of a table: of a flow, or variance-preserving. The end is told 0. */
export const lambdaLevels = ({ timesteps, sigmas }: SigmaTable, flow: boolean): Level[] =>
  [...timesteps, 0].map((t, i) => (flow ? flowLevel(t, sigmas[i]) : ratioLevel(t, sigmas[i])))

/** Training timesteps whose λ is not below the clip. */
export function unclippedTimesteps(trained: readonly number[], lambda_min_clipped: number | null): number {
  const clip = lambda_min_clipped ?? Number.NEGATIVE_INFINITY
  return trained.filter((sigma) => -Math.log(sigma) >= clip).length
}
