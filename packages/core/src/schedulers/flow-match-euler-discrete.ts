import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { flowLevel } from '../prediction/level'
import { combine } from '../tensor/arithmetic'
import { readRequest } from './schedule-request'
import type { ScheduleRequest, SchedulerPlugin } from './scheduler'
import { cleanOf, noiseOf, predictionOf, splits } from './solving/guided'
import { modelScaledStart } from './solving/start'
import { shifted, stretched } from './tables/flow-sigmas'
import { inertChurnShape } from './tables/inert-shape'
import { singleSchedule } from './tables/schedules'
import { rampOf, rampShape } from './tables/sigma-ramps'
import { linspace } from './tables/timestep-spacing'

/** diffusers' keys of it. */
export const flowMatchEulerShape = {
  num_train_timesteps: z.int().min(1).max(100_000).default(1000),
  shift: z.number().gt(0).default(1).describe('Shift of the σs: more of the run at high noise above 1.'),
  use_dynamic_shifting: z.boolean().default(false).describe('Take the shift from the size of the picture.'),
  base_shift: z.number().nullable().default(0.5).describe('mu at base_image_seq_len.'),
  max_shift: z.number().nullable().default(1.15).describe('mu at max_image_seq_len.'),
  base_image_seq_len: z.int().min(1).default(256),
  max_image_seq_len: z.int().min(1).default(4096),
  invert_sigmas: z.literal(false).default(false).describe('Models that run from 0 to 1 are not taken.'),
  shift_terminal: z.number().min(0).lt(1).nullable().default(null).describe('Stretch the σs to end here.'),
  ...rampShape,
  time_shift_type: z
    .enum(['exponential', 'linear'])
    .default('exponential')
    .describe('How mu makes a shift: e^mu, or mu.'),
  ...inertChurnShape,
  stochastic_sampling: z.boolean().default(false).describe('Noise x0 anew at every step.'),
  mu: z
    .number()
    .nullable()
    .default(null)
    .describe(
      'Argument of set_timesteps, needs use_dynamic_shifting; null: linear in the number of 2 × 2 latent patches.',
    ),
}

const config = z.strictObject(flowMatchEulerShape)

type Config = z.infer<typeof config>

/** x' = x + (σ' − σ) (n − x0), x = (1 − σ) x0 + σ n. */
export const flowMatchEulerDiscrete: SchedulerPlugin<Config> = {
  name: 'FlowMatchEulerDiscreteScheduler',
  aliases: ['flow-euler', 'flow-match-euler'],
  source: 'Esser et al. 2024, Scaling rectified flow transformers, arXiv 2403.03206',
  config,
  create(config) {
    const trained = config.num_train_timesteps
    const ramp = rampOf(config)
    if (config.mu !== null && !config.use_dynamic_shifting) {
      throw new NegError('scheduler-option-invalid', 'mu needs use_dynamic_shifting.', { where: 'scheduler.config.mu' })
    }
    // diffusers shifts the ends of its table once when it is made and every σ again for a run
    const ownShift = config.use_dynamic_shifting ? 1 : config.shift
    const [most, least] = [shifted(1, ownShift), shifted(1 / trained, ownShift)]

    function sigmasOf(request: ScheduleRequest): { timesteps?: readonly number[]; sigmas: number[] } {
      const asked = readRequest('FlowMatchEulerDiscreteScheduler', request, ['timesteps', 'sigmas'])
      const raw =
        asked.kind === 'sigmas'
          ? asked.sigmas
          : asked.kind === 'timesteps'
            ? asked.timesteps.map((t) => t / trained)
            : request.even
              ? linspace(1, 1 / asked.steps, asked.steps)
              : linspace(most * trained, least * trained, asked.steps).map((t) => t / trained)
      const shift = config.use_dynamic_shifting ? dynamicShift(config, request.latentShape) : config.shift
      const moved = raw.map((s) => shifted(s, shift))
      const levels = config.shift_terminal ? stretched(moved, config.shift_terminal) : moved
      const sigmas = ramp ? ramp(levels[levels.length - 1], levels[0], levels.length) : levels
      return { sigmas, timesteps: asked.kind === 'timesteps' ? asked.timesteps : undefined }
    }

    return {
      name: 'FlowMatchEulerDiscreteScheduler',
      config,
      parameterisation: { kind: 'flow', prediction: 'flow' },
      provides: new Set(config.stochastic_sampling ? ['scheduler.split', 'scheduler.transition'] : ['scheduler.split']),

      schedule(request) {
        const { sigmas, timesteps = sigmas.map((s) => s * trained) } = sigmasOf(request)
        const levels = [...sigmas.map((s, i) => flowLevel(timesteps[i], s)), flowLevel(0, 0)]
        return singleSchedule(levels, request.strength, [...sigmas, 0])
      },

      start: modelScaledStart,

      *solve(x, schedule, normal) {
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const { x: seen, guided } = yield {
            call,
            x,
            next,
            transition: config.stochastic_sampling
              ? (p) => ({ mean: combine([[cleanOf(p), next.alpha]]), variance: next.sigma ** 2 })
              : undefined,
          }
          if (config.stochastic_sampling || splits(guided)) {
            x = combine([
              [cleanOf(guided), next.alpha],
              [config.stochastic_sampling ? normal() : noiseOf(guided), next.sigma],
            ])
          } else {
            x = combine([
              [seen, 1],
              [predictionOf(guided, 'flow'), next.sigma - level.sigma],
            ])
          }
        }
        return x
      },
    }
  },
}

/** mu is linear between two sequence lengths of 2 × 2 latent patches, as in the pipelines that shift dynamically. */
function dynamicShift(config: Config, latentShape: readonly number[]): number {
  const { base_shift, max_shift, base_image_seq_len: base, max_image_seq_len: most } = config
  const [height, width] = latentShape.slice(-2)
  const [low, high] = [base_shift ?? 0.5, max_shift ?? 1.15]
  const patches = Math.floor(height / 2) * Math.floor(width / 2)
  const mu = config.mu ?? low + ((high - low) * (patches - base)) / (most - base)
  return config.time_shift_type === 'exponential' ? Math.exp(mu) : mu
}
