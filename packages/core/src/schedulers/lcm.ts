import * as z from 'zod'
import { vpLevel } from '../prediction/level'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { wholeTimesteps } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, clipShape, thresholdShape } from './solving/adjust-clean'
import { cleanOf } from './solving/guided'
import { modelScaledStart } from './solving/start'
import { checkDistilled, distilledShape, distilledTimesteps } from './tables/distilled-timesteps'
import { inertDistilledShape } from './tables/inert-shape'
import { singleSchedule } from './tables/schedules'
import { predictionShape, predictionTypes, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainedLevel, trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape({ start: 0.00085, end: 0.012, schedule: 'scaled_linear' }),
  ...distilledShape,
  ...inertDistilledShape,
  ...clipShape(false),
  ...predictionShape(predictionTypes),
  ...thresholdShape,
  timestep_scaling: z.number().gt(0).default(10).describe('Times t in the boundary scalings.'),
  ...zeroSnrShape,
})

const sigmaData = 0.5

/** x̂ = c_skip x + c_out x0, then noised anew to the next level: x' = √ᾱ' x̂ + √(1 − ᾱ') z; the last step ends at x̂. */
export const lcm: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'LCMScheduler',
  aliases: ['lcm'],
  source: 'Luo et al. 2023, Latent consistency models, arXiv 2310.04378',
  config,
  create(config) {
    const trained = config.num_train_timesteps
    const table = trainingTable(config, false)
    checkDistilled(trained, config.original_inference_steps)
    const adjust = cleanAdjustment(config)

    const denoised = (x: Tensor, x0: Tensor, t: number): Tensor => {
      const scaled = t * config.timestep_scaling
      const total = scaled ** 2 + sigmaData ** 2
      return combine([
        [x0, scaled / Math.sqrt(total)],
        [x, sigmaData ** 2 / total],
      ])
    }

    return {
      name: 'LCMScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(['scheduler.transition']),

      schedule(request) {
        const timesteps = wholeTimesteps('LCMScheduler', request, trained, (steps) =>
          distilledTimesteps(trained, config.original_inference_steps, steps),
        )
        const levels = [...timesteps.map((t) => trainedLevel(table, t)), vpLevel(0, 1)]
        return singleSchedule(levels, request.strength)
      },

      start: modelScaledStart,

      *solve(x, schedule, normal) {
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const evaluated = yield {
            call,
            x,
            next,
            transition: (p) => ({
              mean: combine([[denoised(p.x, adjust(cleanOf(p)), level.t), next.alpha]]),
              variance: next.sigma ** 2,
            }),
          }
          x = denoised(evaluated.x, adjust(cleanOf(evaluated.guided)), level.t)
          if (step < schedule.steps - 1) {
            x = combine([
              [x, next.alpha],
              [normal(), next.sigma],
            ])
          }
        }
        return x
      },
    }
  },
}
