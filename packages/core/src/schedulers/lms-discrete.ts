import * as z from 'zod'
import { ratioOf } from '../prediction/level'
import { combine, times } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { settled } from './solving/guided'
import { lagrangeIntegral } from './solving/lagrange'
import { slopeOf } from './solving/slope'
import { unitScaledStart } from './solving/start'
import { singleSchedule } from './tables/schedules'
import { rampOf, rampShape } from './tables/sigma-ramps'
import { initialSigma, sigmaTable, tableLevels } from './tables/sigma-table'
import { spacingShape } from './tables/timestep-spacing'
import { predictionShape, predictionTypes, spaceOf, trainingShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  ...rampShape,
  ...predictionShape(predictionTypes),
  ...spacingShape('linspace'),
  order: z.int().min(1).max(4).default(4).describe('Slopes of so many steps are extrapolated.'),
})

/** With α = 1: the polynomial in σ through the last slopes, integrated from σ to σ' (linear multistep). */
export const lmsDiscrete: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'LMSDiscreteScheduler',
  aliases: ['lms', 'klms'],
  source: 'Crowson, k-diffusion, sample_lms',
  config,
  create(config) {
    const { sigmas: trained } = trainingTable(config, true)
    const ramp = rampOf(config)
    return {
      name: 'LMSDiscreteScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),

      schedule(request) {
        const asked = readRequest('LMSDiscreteScheduler', request, ['timesteps', 'sigmas'])
        const table = sigmaTable(config, trained, asked, { ramp })
        return singleSchedule(tableLevels(table), request.strength, table.sigmas)
      },

      start: unitScaledStart(({ sigmas = [] }) => initialSigma(sigmas, config.timestep_spacing)),

      *solve(x, { calls, levels }) {
        const sigmas = levels.map(ratioOf)
        const slopes: Tensor[] = []
        for (const [call, { step, level }] of calls.entries()) {
          const sent = times(level.alpha, x)
          const evaluated = yield { call, x: sent, next: levels[step + 1] }
          x = settled(x, sent, evaluated, 1 / level.alpha)
          slopes.unshift(slopeOf(evaluated.guided, x, level))
          // diffusers counts steps, not slopes: after a later start it weighs the few it has as if the rest were zero
          const order = Math.min(step + 1, config.order)
          const nodes = Array.from({ length: order }, (_, k) => sigmas[step - k])
          const known = slopes.slice(0, order)
          x = combine([
            [x, 1],
            ...known.map((slope, k) => [slope, lagrangeIntegral(nodes, k, sigmas[step], sigmas[step + 1])] as const),
          ])
        }
        return x
      },
    }
  },
}
