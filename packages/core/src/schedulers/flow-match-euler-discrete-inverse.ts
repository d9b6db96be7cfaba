import * as z from 'zod'
import { combine } from '../tensor/arithmetic'
import { flowMatchEulerDiscrete, flowMatchEulerShape } from './flow-match-euler-discrete'
import type { SchedulerPlugin } from './scheduler'
import { predictionOf } from './solving/guided'
import { cleanStart, inverseSchedule, inverseWalk, refinementsShape } from './solving/inversion'

const config = z.strictObject({
  ...flowMatchEulerShape,
  stochastic_sampling: z.literal(false).default(false).describe('What draws noise on its way has no way back.'),
  ...refinementsShape,
})

/**
 * A rectified flow upwards: x' = x + (σ' − σ)(n − x0), over the σs of FlowMatchEulerDiscreteScheduler from the last to the first. The
 * network is told the σ that a step leads to, as it is on the way down.
 */
export const flowMatchEulerDiscreteInverse: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'FlowMatchEulerDiscreteInverseScheduler',
  aliases: ['flow-euler-inverse'],
  source: 'the ODE of Liu et al. 2022, Rectified flow, arXiv 2209.03003, backwards',
  config,
  create({ refinements, ...config }) {
    const down = flowMatchEulerDiscrete.create(config)

    return {
      name: 'FlowMatchEulerDiscreteInverseScheduler',
      config: { ...config, refinements },
      parameterisation: down.parameterisation,
      provides: new Set(),
      inverse: true,
      schedule({ strength, ...request }) {
        const { levels, sigmas } = down.schedule(request)
        const steps = levels.slice(0, -1).map((to, i) => ({ from: levels[i + 1], to, t: to.t }))
        return inverseSchedule(steps.reverse(), refinements, strength, sigmas && [...sigmas].reverse())
      },
      start: cleanStart,
      solve: (x, schedule) =>
        inverseWalk(
          x,
          schedule,
          (step) => schedule.levels[step + 1],
          (x, guided, { from, to }) =>
            combine([
              [x, 1],
              [predictionOf(guided, 'flow'), to.sigma - from.sigma],
            ]),
        ),
    }
  },
}
