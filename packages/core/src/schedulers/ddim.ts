import * as z from 'zod'
import { vpLevel } from '../prediction/level'
import type { Level } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import { atMostTrained, wholeTimesteps } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, clipShape, thresholdShape } from './solving/adjust-clean'
import { cleanOf, noiseOf, type Renoise, renoised, renoiseTransition } from './solving/guided'
import { modelScaledStart } from './solving/start'
import { singleSchedule } from './tables/schedules'
import { roundHalfEven, spacedTimesteps, spacingShape } from './tables/timestep-spacing'
import { predictionShape, predictionTypes, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainedLevel, trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  ...clipShape(true),
  set_alpha_to_one: z.boolean().default(true).describe('The last step ends at ᾱ = 1 rather than at the first ᾱ.'),
  ...predictionShape(predictionTypes),
  ...thresholdShape,
  ...spacingShape('leading'),
  ...zeroSnrShape,
  eta: z.number().min(0).max(1).default(0).describe('0 is DDIM, deterministic; 1 has the variance of DDPM.'),
  use_clipped_model_output: z.boolean().default(false).describe('Derive the noise anew from the clipped x0.'),
})

/** x' = √ᾱ' x0 + √(1 − ᾱ' − s²) n + s z with s = η √((1 − ᾱ')/(1 − ᾱ)) √(1 − ᾱ/ᾱ') (eqs. 12 and 16). */
export const ddim: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'DDIMScheduler',
  aliases: ['ddim'],
  source: 'Song et al. 2021, Denoising diffusion implicit models, arXiv 2010.02502',
  config,
  create(config) {
    const trained = config.num_train_timesteps
    const table = trainingTable(config, false)
    const adjust = cleanAdjustment(config)
    const final = vpLevel(0, config.set_alpha_to_one ? 1 : table.alphasCumprod[0])

    const spaced = (steps: number): number[] =>
      spacedTimesteps(config, trained, atMostTrained(steps, trained)).map(roundHalfEven)

    /** Where each step ends: ⌊T/N⌋ below its own timestep, whatever comes next; for timesteps of the user's, the next. */
    function endsOf(timesteps: readonly number[]): Level[] {
      const own = timesteps.length <= trained ? spaced(timesteps.length) : []
      const strided = own.every((t, i) => t === timesteps[i])
      const stride = Math.floor(trained / timesteps.length)
      return timesteps.map((t, i) => {
        const end = strided ? t - stride : (timesteps[i + 1] ?? -1)
        return end < 0 ? final : trainedLevel(table, end)
      })
    }

    function coefficients(level: Level, next: Level): Renoise {
      const [a, b] = [level.alpha ** 2, next.alpha ** 2]
      const variance = config.eta ** 2 * ((1 - b) / (1 - a)) * (1 - a / b)
      return { clean: next.alpha, noise: Math.sqrt(Math.max(1 - b - variance, 0)), fresh: Math.sqrt(variance) }
    }

    return {
      name: 'DDIMScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(config.eta > 0 ? ['scheduler.split', 'scheduler.transition'] : ['scheduler.split']),

      schedule(request) {
        const timesteps = wholeTimesteps('DDIMScheduler', request, trained, spaced)
        const levels = [...timesteps.map((t) => trainedLevel(table, t)), endsOf(timesteps)[timesteps.length - 1]]
        return singleSchedule(levels, request.strength)
      },

      start: modelScaledStart,

      *solve(x, schedule, normal) {
        const ends = endsOf(schedule.timesteps)
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = ends[step]
          const weights = coefficients(level, next)
          const transition = config.eta > 0 ? renoiseTransition(weights, 1, adjust) : undefined
          const evaluated = yield { call, x, next, transition }
          const x0 = adjust(cleanOf(evaluated.guided))
          const n = config.use_clipped_model_output
            ? combine([
                [evaluated.x, 1 / level.sigma],
                [x0, -level.alpha / level.sigma],
              ])
            : noiseOf(evaluated.guided)
          x = renoised(x0, n, weights, normal)
        }
        return x
      },
    }
  },
}
