import * as z from 'zod'
import { ratioOf } from '../prediction/level'
import { combine, times } from '../tensor/arithmetic'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, clipShape } from './solving/adjust-clean'
import { settled } from './solving/guided'
import { along, slopeOf } from './solving/slope'
import { unitScaledStart } from './solving/start'
import { pairedSchedule } from './tables/schedules'
import { rampOf, rampShape } from './tables/sigma-ramps'
import { initialSigma, sigmaTable, tableLevels } from './tables/sigma-table'
import { spacingShape } from './tables/timestep-spacing'
import { predictionShape, predictionTypes, spaceOf, trainingShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape({ start: 0.00085, end: 0.012, schedules: ['exp'] }),
  ...predictionShape(predictionTypes),
  ...rampShape,
  ...clipShape(false),
  ...spacingShape('linspace'),
})

/** With α = 1: the slope is the mean of those at σ and, after an Euler step, at σ' (algorithm 2). */
export const heunDiscrete: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'HeunDiscreteScheduler',
  aliases: ['heun'],
  source: 'Karras et al. 2022, Elucidating the design space of diffusion-based generative models, arXiv 2206.00364',
  config,
  create(config) {
    const { sigmas: trained } = trainingTable(config, true)
    const ramp = rampOf(config)
    const adjust = config.clip_sample ? cleanAdjustment(config) : undefined
    return {
      name: 'HeunDiscreteScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),

      schedule(request) {
        const asked = readRequest('HeunDiscreteScheduler', request, ['timesteps', 'sigmas'])
        const table = sigmaTable(config, trained, asked, { ramp })
        const levels = tableLevels(table)
        const inner = table.sigmas.slice(1, -1)
        const repeated = [table.sigmas[0], ...inner.flatMap((s) => [s, s]), table.sigmas[table.sigmas.length - 1]]
        return pairedSchedule(levels, levels.slice(1), request.strength, repeated)
      },

      start: unitScaledStart(({ sigmas = [] }) => initialSigma(sigmas, config.timestep_spacing)),

      *solve(x, schedule) {
        const { calls, levels } = schedule
        for (let call = 0; call < calls.length; call++) {
          const { step, level } = calls[call]
          const next = levels[step + 1]
          const stride = ratioOf(next) - ratioOf(level)
          const sent = times(level.alpha, x)
          const evaluated = yield { call, x: sent, next }
          x = settled(x, sent, evaluated, 1 / level.alpha)
          const slope = slopeOf(evaluated.guided, x, level, adjust)
          const ahead = along(x, slope, stride)
          if (calls[call + 1]?.step !== step) {
            x = ahead
            continue
          }
          call++
          const sentAhead = times(next.alpha, ahead)
          const corrected = yield { call, x: sentAhead, next }
          const there = settled(ahead, sentAhead, corrected, 1 / next.alpha)
          const slopeAhead = slopeOf(corrected.guided, there, next, adjust)
          x = combine([
            [x, 1],
            [slope, stride / 2],
            [slopeAhead, stride / 2],
          ])
        }
        return x
      },
    }
  },
}
