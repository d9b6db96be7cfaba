import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { ratioOf } from '../prediction/level'
import type { Guided, Space } from '../prediction/prediction'
import { combine, times } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { churned, churnShape } from './solving/churn'
import { cleanOf, noiseOf, predictionOf, settled, splits } from './solving/guided'
import { unitScaledStart } from './solving/start'
import { singleSchedule } from './tables/schedules'
import { rampOf, rampShape } from './tables/sigma-ramps'
import { initialSigma, type SigmaTable, sigmaTable, tableLevels } from './tables/sigma-table'
import { linspace, spacingShape } from './tables/timestep-spacing'
import { predictionShape, predictionTypes, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  ...predictionShape(predictionTypes),
  interpolation_type: z
    .enum(['linear', 'log_linear'])
    .default('linear')
    .describe('σs at the timesteps, or evenly spread in ln σ.'),
  ...rampShape,
  sigma_min: z.number().gt(0).nullable().default(null).describe('Where a ramp ends; null: the last spaced σ.'),
  sigma_max: z.number().gt(0).nullable().default(null).describe('Where a ramp starts; null: the first spaced σ.'),
  ...spacingShape('linspace'),
  timestep_type: z
    .enum(['discrete', 'continuous'])
    .default('discrete')
    .describe('`continuous` tells a network that predicts v ln(σ)/4.'),
  ...zeroSnrShape,
  final_sigmas_type: z.enum(['zero', 'sigma_min']).default('zero').describe('Where the last step ends.'),
  ...churnShape,
})

/** With α = 1: x' = x + (σ' − σ) (x − x0)/σ = x0 + σ' n (algorithm 2, first order). */
export const eulerDiscrete: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'EulerDiscreteScheduler',
  aliases: ['euler'],
  source: 'Karras et al. 2022, Elucidating the design space of diffusion-based generative models, arXiv 2206.00364',
  config,
  create(config) {
    const { sigmas: trained } = trainingTable(config, true)
    const ramp = rampOf(config)
    const continuous = config.timestep_type === 'continuous' && config.prediction_type === 'v_prediction'
    const space = spaceOf[config.prediction_type]

    function tableOf(request: Parameters<typeof sigmaTable>[2]): SigmaTable {
      const last = config.final_sigmas_type === 'zero' ? 0 : trained[0]
      if (request.kind === 'timesteps' && continuous) {
        throw new NegError('schedule-invalid', 'timesteps cannot be given where timestep_type is continuous.', {
          where: 'timesteps',
        })
      }
      const [most, least] = [trained[trained.length - 1], trained[0]]
      const logLinear = config.interpolation_type === 'log_linear'
      const ends = logLinear ? { sigma_max: config.sigma_max ?? most, sigma_min: config.sigma_min ?? least } : {}
      const table = sigmaTable({ ...config, ...ends }, trained, request, { ramp, last })
      const sigmas =
        logLinear && request.kind !== 'sigmas' && !ramp
          ? [...linspace(Math.log(most), Math.log(least), table.timesteps.length + 1).map(Math.exp), last]
          : table.sigmas
      const told = continuous ? sigmas.slice(0, table.timesteps.length).map((s) => Math.log(s) / 4) : table.timesteps
      return { timesteps: told, sigmas }
    }

    return {
      name: 'EulerDiscreteScheduler',
      config,
      parameterisation: { kind: 'vp', prediction: space },
      provides: new Set(['scheduler.split']),

      schedule(request) {
        const table = tableOf(readRequest('EulerDiscreteScheduler', request, ['timesteps', 'sigmas']))
        return singleSchedule(tableLevels(table), request.strength, table.sigmas)
      },

      start: unitScaledStart(({ sigmas = [] }) => initialSigma(sigmas, config.timestep_spacing)),

      *solve(x, schedule, normal) {
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const [sigma, end] = [ratioOf(level), ratioOf(next)]
          const sent = times(level.alpha, x)
          const evaluated = yield { call, x: sent, next }
          x = settled(x, sent, evaluated, 1 / level.alpha)
          const hat = churned(x, sigma, (schedule.sigmas ?? schedule.levels).length, config, normal)
          x =
            hat.sigma === sigma || splits(evaluated.guided)
              ? eulerStep(x, evaluated.guided, sigma, end)
              : eulerStepAfterChurn(hat.x, predictionOf(evaluated.guided, space), space, sigma, hat.sigma, end)
        }
        return x
      },
    }
  },
}

/** From a prediction at σ to another noise level: x + (σ' − σ) n, or x0 + σ' n where the two come apart. */
export const eulerStep = (x: Tensor, guided: Guided, sigma: number, end: number): Tensor =>
  splits(guided)
    ? combine([
        [cleanOf(guided), 1],
        [noiseOf(guided), end],
      ])
    : combine([
        [x, 1],
        [noiseOf(guided), end - sigma],
      ])

/** diffusers asks the network at σ and reads its answer at the churned x̂ of σ̂, except for the factors of a v. */
function eulerStepAfterChurn(x: Tensor, d: Tensor, space: Space, sigma: number, hat: number, end: number): Tensor {
  const total = Math.hypot(sigma, 1)
  const [a, b] = space === 'eps' ? [1, -hat] : space === 'v' ? [1 / total ** 2, -sigma / total] : [0, 1]
  const kept = end / hat
  return combine([
    [x, kept + (1 - kept) * a],
    [d, (1 - kept) * b],
  ])
}
