import * as z from 'zod'
import { wholeTimesteps } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanOf, noiseOf, type Renoise, renoised, renoiseTransition } from './solving/guided'
import { modelScaledStart } from './solving/start'
import { checkDistilled, distilledShape, distilledTimesteps } from './tables/distilled-timesteps'
import { inertAdjustmentShape, inertDistilledShape } from './tables/inert-shape'
import { singleSchedule } from './tables/schedules'
import { predictionShape, predictionTypes, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainedLevel, trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape({ start: 0.00085, end: 0.012, schedule: 'scaled_linear' }),
  ...distilledShape,
  ...inertDistilledShape,
  ...inertAdjustmentShape,
  ...predictionShape(predictionTypes),
  ...zeroSnrShape,
  eta: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('γ: how far each step goes beyond its end before it is noised back.'),
})

/** x_s = √ᾱ_s x0 + √(1 − ᾱ_s) n with s = ⌊(1 − η) t'⌋, noised back to t': x' = √(ᾱ'/ᾱ_s) x_s + √(1 − ᾱ'/ᾱ_s) z. */
export const tcd: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'TCDScheduler',
  aliases: ['tcd'],
  source: 'Zheng et al. 2024, Trajectory consistency distillation, arXiv 2402.19159',
  config,
  create(config) {
    const trained = config.num_train_timesteps
    const table = trainingTable(config, false)
    checkDistilled(trained, config.original_inference_steps)
    const { eta } = config

    /** The last step ends at timestep 0 without being noised back. */
    function weights(next: number, isLast: boolean): Renoise {
      // in float32, as in diffusers: 0.7 × 700 is 490 there, not just below it
      const s = trainedLevel(table, Math.floor(Math.fround(Math.fround(1 - eta) * next)))
      if (isLast || eta === 0) return { clean: s.alpha, noise: s.sigma, fresh: 0 }
      const ratio = (trainedLevel(table, next).alpha / s.alpha) ** 2
      const kept = Math.sqrt(ratio)
      return { clean: s.alpha * kept, noise: s.sigma * kept, fresh: Math.sqrt(1 - ratio) }
    }

    return {
      name: 'TCDScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(eta > 0 ? ['scheduler.split', 'scheduler.transition'] : ['scheduler.split']),

      schedule(request) {
        const timesteps = wholeTimesteps('TCDScheduler', request, trained, (steps) =>
          distilledTimesteps(trained, config.original_inference_steps, steps),
        )
        const levels = [...timesteps, 0].map((t) => trainedLevel(table, t))
        return singleSchedule(levels, request.strength)
      },

      start: modelScaledStart,

      *solve(x, schedule, normal) {
        for (const [call, { step }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const renoise = weights(next.t, step === schedule.steps - 1)
          const transition = eta > 0 ? renoiseTransition(renoise, 1) : undefined
          const { guided } = yield { call, x, next, transition }
          x = renoised(cleanOf(guided), noiseOf(guided), renoise, normal)
        }
        return x
      },
    }
  },
}
