import * as z from 'zod'
import { flowLevel } from '../prediction/level'
import type { Guided } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { churned, churnShape } from './solving/churn'
import { predictionOf } from './solving/guided'
import { along } from './solving/slope'
import { modelScaledStart } from './solving/start'
import { shifted } from './tables/flow-sigmas'
import { pairedSchedule } from './tables/schedules'
import { linspace } from './tables/timestep-spacing'

const config = z.strictObject({
  num_train_timesteps: z.int().min(1).max(100_000).default(1000),
  shift: z.number().gt(0).default(1).describe('Shift of the σs: more of the run at high noise above 1.'),
  ...churnShape,
})

const flowOf = (guided: Guided): Tensor => predictionOf(guided, 'flow')

/** x' = x + (σ' − σ) (d + d')/2, d the flow at σ and d' the flow at σ' after an Euler step. */
export const flowMatchHeunDiscrete: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'FlowMatchHeunDiscreteScheduler',
  aliases: ['flow-heun', 'flow-match-heun'],
  source: 'Esser et al. 2024, Scaling rectified flow transformers, arXiv 2403.03206; Karras et al. 2022, algorithm 2',
  config,
  create(config) {
    const { num_train_timesteps: trained, shift } = config
    return {
      name: 'FlowMatchHeunDiscreteScheduler',
      config,
      parameterisation: { kind: 'flow', prediction: 'flow' },
      provides: new Set(),

      schedule(request) {
        const { steps } = readRequest('FlowMatchHeunDiscreteScheduler', request)
        // diffusers shifts the ends of its table once when it is made and every σ again for a run
        const sigmas = linspace(shifted(1, shift), shifted(1 / trained, shift), steps).map((s) => shifted(s, shift))
        const levels = [...sigmas.map((s) => flowLevel(s * trained, s)), flowLevel(0, 0)]
        const repeated = [...sigmas.flatMap((s, i) => (i === 0 ? [s] : [s, s])), 0]
        return pairedSchedule(levels, levels.slice(1), request.strength, repeated)
      },

      start: modelScaledStart,

      *solve(x, { calls, levels, sigmas = [] }, normal) {
        for (let call = 0; call < calls.length; call++) {
          const { step, level } = calls[call]
          const next = levels[step + 1]
          const evaluated = yield { call, x, next }
          const hat = churned(evaluated.x, level.sigma, sigmas.length, config, normal)
          const stride = next.sigma - hat.sigma
          const slope = combine([[flowOf(evaluated.guided), level.sigma / hat.sigma]])
          const ahead = along(hat.x, slope, stride)
          if (calls[call + 1]?.step !== step) {
            x = ahead
            continue
          }
          call++
          const corrected = yield { call, x: ahead, next }
          // diffusers draws churn noise for the second slope too, and then does not use it
          churned(corrected.x, level.sigma, sigmas.length, config, normal)
          x = combine([
            [hat.x, 1],
            [slope, stride / 2],
            [flowOf(corrected.guided), stride / 2],
          ])
        }
        return x
      },
    }
  },
}
