import * as z from 'zod'
import { ratioOf } from '../prediction/level'
import { times } from '../tensor/arithmetic'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { ancestralSplit } from './solving/ancestral'
import { settled } from './solving/guided'
import { along, slopeOf } from './solving/slope'
import { unitScaledStart } from './solving/start'
import { float32Down, middleSchedule } from './tables/middle-sigmas'
import { rampOf, rampShape } from './tables/sigma-ramps'
import { initialSigma, sigmaTable } from './tables/sigma-table'
import { spacingShape } from './tables/timestep-spacing'
import { predictionShape, spaceOf, trainingShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape({ start: 0.00085, end: 0.012 }),
  ...rampShape,
  ...predictionShape(['epsilon', 'v_prediction']),
  ...spacingShape('linspace'),
})

/** With α = 1: the midpoint step of KDPM2 to σ_down, by way of √(σ σ_down), then fresh noise of σ_up. */
export const kDpm2AncestralDiscrete: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'KDPM2AncestralDiscreteScheduler',
  aliases: ['kdpm2-ancestral', 'dpm2-ancestral', 'dpm2-a', 'k-dpm-2-ancestral'],
  source: 'Crowson, k-diffusion, sample_dpm_2_ancestral',
  config,
  create(config) {
    const { sigmas: trained } = trainingTable(config, true)
    const ramp = rampOf(config)
    return {
      name: 'KDPM2AncestralDiscreteScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),

      schedule(request) {
        const asked = readRequest('KDPM2AncestralDiscreteScheduler', request, ['timesteps', 'sigmas'])
        const table = sigmaTable(config, trained, asked, { ramp, wholeRamp: config.use_karras_sigmas })
        return middleSchedule(table, trained, request.strength, float32Down)
      },

      start: unitScaledStart(({ sigmas = [] }) => initialSigma(sigmas, config.timestep_spacing)),

      *solve(x, { calls, levels }, normal) {
        for (let call = 0; call < calls.length; call++) {
          const { step, level } = calls[call]
          const next = levels[step + 1]
          const sent = times(level.alpha, x)
          const evaluated = yield { call, x: sent, next }
          x = settled(x, sent, evaluated, 1 / level.alpha)
          const slope = slopeOf(evaluated.guided, x, level)
          if (calls[call + 1]?.step !== step) {
            x = along(x, slope, ratioOf(next) - ratioOf(level))
            continue
          }
          const middle = calls[++call].level
          const halfway = times(middle.alpha, along(x, slope, ratioOf(middle) - ratioOf(level)))
          const there = yield { call, x: halfway, next }
          const { up, down } = ancestralSplit(ratioOf(level), ratioOf(next))
          x = along(along(x, slopeOf(there.guided, there.x, middle), down - ratioOf(level)), normal(), up)
        }
        return x
      },
    }
  },
}
