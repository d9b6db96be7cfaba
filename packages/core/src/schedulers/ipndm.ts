import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import type { Level } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { adamsBashforth } from './solving/adams-bashforth'
import { predictionOf } from './solving/guided'
import { modelScaledStart } from './solving/start'
import { inertTrainingShape } from './tables/inert-shape'
import { singleSchedule } from './tables/schedules'

const config = z.strictObject({
  ...inertTrainingShape,
  trained_betas: z
    .array(z.number().min(0).max(1))
    .nullable()
    .default(null)
    .describe('σ of each level, one more than the steps, in place of sin² of an even spread.'),
})

/** The first steps divide by α; at pure noise α is 0. */
const leastAlpha = 1e-8

/** For networks that predict v at t = 2/π atan(σ/α): the last four noises extrapolated, then a DDIM step. */
export const ipndm: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'IPNDMScheduler',
  aliases: ['ipndm'],
  source: 'Crowson, v-diffusion; Liu et al. 2022, arXiv 2202.09778',
  config,
  create(config) {
    function levelsOf(steps: number): Level[] {
      const { trained_betas: given } = config
      if (given !== null && given.length !== steps + 1) {
        throw new NegError(
          'schedule-invalid',
          `trained_betas has ${given.length} values; ${steps} steps need ${steps + 1}.`,
          {
            where: 'scheduler.config.trained_betas',
          },
        )
      }
      return Array.from({ length: steps + 1 }, (_, i) => {
        const sigma = given?.[i] ?? Math.sin(((1 - i / steps) * Math.PI) / 2) ** 2
        const alpha = Math.sqrt(1 - sigma ** 2)
        return { t: (Math.atan2(sigma, alpha) / Math.PI) * 2, alpha, sigma }
      })
    }
    return {
      name: 'IPNDMScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: 'v' },
      provides: new Set(),

      schedule(request) {
        const { steps } = readRequest('IPNDMScheduler', request)
        return singleSchedule(levelsOf(steps), request.strength)
      },

      start: modelScaledStart,

      *solve(x, schedule) {
        const noises: Tensor[] = []
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const evaluated = yield { call, x, next }
          noises.push(predictionOf(evaluated.guided, 'eps'))
          const noise = adamsBashforth(noises.slice(-4))
          const scale = next.alpha / Math.max(level.alpha, leastAlpha)
          x = combine([
            [evaluated.x, scale],
            [noise, next.sigma - level.sigma * scale],
          ])
        }
        return x
      },
    }
  },
}
