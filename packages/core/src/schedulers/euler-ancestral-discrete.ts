import * as z from 'zod'
import { ratioOf } from '../prediction/level'
import { combine, times } from '../tensor/arithmetic'
import { eulerStep } from './euler-discrete'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { ancestralSplit } from './solving/ancestral'
import { renoiseTransition, settled } from './solving/guided'
import { unitScaledStart } from './solving/start'
import { singleSchedule } from './tables/schedules'
import { initialSigma, sigmaTable, tableLevels } from './tables/sigma-table'
import { spacingShape } from './tables/timestep-spacing'
import { predictionShape, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  ...predictionShape(['epsilon', 'v_prediction']),
  ...spacingShape('linspace'),
  ...zeroSnrShape,
})

/** With α = 1: x' = x0 + σ_down n + σ_up z, σ_up² + σ_down² = σ'². */
export const eulerAncestralDiscrete: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'EulerAncestralDiscreteScheduler',
  aliases: ['euler-ancestral', 'euler_a', 'euler a'],
  source: 'Crowson, k-diffusion, sample_euler_ancestral',
  config,
  create(config) {
    const { sigmas: trained } = trainingTable(config, true)
    return {
      name: 'EulerAncestralDiscreteScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(['scheduler.split', 'scheduler.transition']),

      schedule(request) {
        const asked = readRequest('EulerAncestralDiscreteScheduler', request, ['timesteps', 'sigmas'])
        const table = sigmaTable(config, trained, asked)
        return singleSchedule(tableLevels(table), request.strength, table.sigmas)
      },

      start: unitScaledStart(({ sigmas = [] }) => initialSigma(sigmas, config.timestep_spacing)),

      *solve(x, schedule, normal) {
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const { up, down } = ancestralSplit(ratioOf(level), ratioOf(next))
          const sent = times(level.alpha, x)
          const transition = renoiseTransition({ clean: 1, noise: down, fresh: up }, next.alpha)
          const evaluated = yield { call, x: sent, next, transition }
          x = settled(x, sent, evaluated, 1 / level.alpha)
          x = combine([
            [eulerStep(x, evaluated.guided, ratioOf(level), down), 1],
            [normal(), up],
          ])
        }
        return x
      },
    }
  },
}
