import * as z from 'zod'
import { vpLevel } from '../prediction/level'
import type { Level } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import { atMostTrained, wholeTimesteps } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, clipShape, thresholdShape } from './solving/adjust-clean'
import { cleanOf, noiseOf, splits } from './solving/guided'
import { modelScaledStart } from './solving/start'
import { singleSchedule } from './tables/schedules'
import { roundHalfEven, spacedTimesteps, spacingShape } from './tables/timestep-spacing'
import { predictionShape, predictionTypes, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainedLevel, trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape({ schedules: ['laplace', 'sigmoid'] }),
  variance_type: z
    .enum(['fixed_small', 'fixed_small_log', 'fixed_large'])
    .default('fixed_small')
    .describe('The variance of a step; variances that a network predicts are not taken.'),
  ...clipShape(true),
  ...predictionShape(predictionTypes),
  ...thresholdShape,
  ...spacingShape('leading'),
  ...zeroSnrShape,
})

type Config = z.infer<typeof config>

/** x' = √ᾱ' β/(1 − ᾱ) x0 + √α (1 − ᾱ')/(1 − ᾱ) x + s z with α = ᾱ/ᾱ', β = 1 − α (eq. 7). */
export const ddpm: SchedulerPlugin<Config> = {
  name: 'DDPMScheduler',
  aliases: ['ddpm'],
  source: 'Ho et al. 2020, Denoising diffusion probabilistic models, arXiv 2006.11239',
  config,
  create(config) {
    const trained = config.num_train_timesteps
    const table = trainingTable(config, false)
    const adjust = cleanAdjustment(config)
    return {
      name: 'DDPMScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(['scheduler.split', 'scheduler.transition']),

      schedule(request) {
        const timesteps = wholeTimesteps('DDPMScheduler', request, trained, (steps) =>
          spacedTimesteps(config, trained, atMostTrained(steps, trained)).map(roundHalfEven),
        )
        const levels = [...timesteps.map((t) => trainedLevel(table, t)), vpLevel(0, 1)]
        return singleSchedule(levels, request.strength)
      },

      start: modelScaledStart,

      *solve(x, schedule, normal) {
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const { clean, kept, deviation } = posterior(config.variance_type, level, next)
          const evaluated = yield {
            call,
            x,
            next,
            transition: (p) => ({
              mean: combine([
                [adjust(cleanOf(p)), clean],
                [p.x, kept],
              ]),
              variance: deviation ** 2,
            }),
          }
          const { guided } = evaluated
          const x0 = adjust(cleanOf(guided))
          const mean = splits(guided)
            ? combine([
                [x0, clean + kept * level.alpha],
                [noiseOf(guided), kept * level.sigma],
              ])
            : combine([
                [x0, clean],
                [evaluated.x, kept],
              ])
          x = level.t > 0 ? combine([[mean, 1], [normal(), deviation]]) : mean // biome-ignore format: one line
        }
        return x
      },
    }
  },
}

/** Weights of x0 and x in the posterior's mean, and its standard deviation; none at timestep 0. */
function posterior(type: Config['variance_type'], level: Level, next: Level) {
  const [a, b] = [level.alpha ** 2, next.alpha ** 2]
  const beta = 1 - a / b
  const small = Math.max(((1 - b) / (1 - a)) * beta, 1e-20)
  // diffusers' fixed_small_log takes the root before it is used as a deviation: equal to fixed_small's
  const variance = type === 'fixed_large' ? beta : small
  return {
    clean: (next.alpha * beta) / (1 - a),
    kept: (Math.sqrt(a / b) * (1 - b)) / (1 - a),
    deviation: level.t > 0 ? Math.sqrt(variance) : 0,
  }
}
