import * as z from 'zod'
import { vpLevel } from '../prediction/level'
import { combine } from '../tensor/arithmetic'
import { atMostTrained, readRequest } from './schedule-request'
import type { ScheduleRequest, SchedulerPlugin } from './scheduler'
import { cleanAdjustment, clipShape } from './solving/adjust-clean'
import { noiseOf } from './solving/guided'
import { cleanStart, inverseSchedule, inverseWalk, refinementsShape } from './solving/inversion'
import { roundHalfEven, spacedTimesteps } from './tables/timestep-spacing'
import { predictionShape, predictionTypes, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainedLevel, trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  ...clipShape(true),
  set_alpha_to_one: z.boolean().default(true).describe('The first step starts at ᾱ = 1 rather than at the first ᾱ.'),
  ...predictionShape(predictionTypes),
  timestep_spacing: z.enum(['leading', 'trailing']).default('leading'),
  steps_offset: z.int().min(0).default(0).describe('Added to every timestep where timestep_spacing is `leading`.'),
  ...zeroSnrShape,
  ...refinementsShape,
})

/**
 * DDIM upwards: x' = √ᾱ' x0 + √(1 − ᾱ') n, with x0 = (x − √(1 − ᾱ) n)/√ᾱ. The network is told the timestep that a step leads to, as
 * DDIM is on its way down.
 */
export const ddimInverse: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'DDIMInverseScheduler',
  aliases: ['ddim-inverse'],
  source: 'Song et al. 2021, arXiv 2010.02502, section 4.3; Mokady et al. 2022, Null-text inversion, arXiv 2211.09794',
  config,
  create(config) {
    const trained = config.num_train_timesteps
    const table = trainingTable(config, false)
    const adjust = cleanAdjustment(config)
    const initial = vpLevel(0, config.set_alpha_to_one ? 1 : table.alphasCumprod[0])

    function stepsOf(request: ScheduleRequest) {
      const { steps } = readRequest('DDIMInverseScheduler', request)
      const timesteps = spacedTimesteps(config, trained, atMostTrained(steps, trained)).map(roundHalfEven).reverse()
      const stride = Math.floor(trained / timesteps.length)
      return timesteps.map((t) => ({
        from: t < stride ? initial : trainedLevel(table, t - stride),
        to: trainedLevel(table, t),
        t,
      }))
    }

    return {
      name: 'DDIMInverseScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),
      inverse: true,
      schedule: (request) => inverseSchedule(stepsOf(request), config.refinements, request.strength),
      start: cleanStart,
      solve: (x, schedule) =>
        inverseWalk(
          x,
          schedule,
          (_, { t }) => trainedLevel(table, t),
          (x, guided, { from, to }) => {
            const n = noiseOf(guided)
            const x0 = combine([
              [x, 1 / from.alpha],
              [n, -from.sigma / from.alpha],
            ])
            return combine([
              [adjust(x0), to.alpha],
              [n, to.sigma],
            ])
          },
        ),
    }
  },
}
