import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import type { Tensor } from '../tensor/tensor'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, thresholdShape } from './solving/adjust-clean'
import { cleanIntegrand, noiseIntegrand } from './solving/integrand'
import type { Sample } from './solving/multistep-expansion'
import { modelScaledStart, noisedAt } from './solving/start'
import { adamsUpdate, secondOrderBashforth, secondOrderMoulton } from './solving/stochastic-adams'
import { checkFlow, flowShape, flowSigmas } from './tables/flow-sigmas'
import { type LambdaRule, lambdaClipShape, lambdaLevels, lambdaTable, unclippedTimesteps } from './tables/lambda-table'
import { singleSchedule } from './tables/schedules'
import { rampOf, rampShape } from './tables/sigma-ramps'
import { openTimesteps, spacingShape } from './tables/timestep-spacing'
import { predictionShape, spaceOf, trainingShape } from './tables/training-config'
import { trainedLevel, trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  predictor_order: z.int().min(1).max(4).default(2),
  corrector_order: z.int().min(1).max(4).default(2),
  ...predictionShape(['epsilon', 'sample', 'v_prediction', 'flow_prediction']),
  tau_func: z.null().default(null).describe('τ is diffusers’ default: 1 at timesteps 200 to 800, else 0.'),
  ...thresholdShape,
  algorithm_type: z.enum(['data_prediction', 'noise_prediction']).default('data_prediction'),
  lower_order_final: z.boolean().default(true).describe('Lower the order of the last steps.'),
  ...rampShape,
  ...flowShape,
  ...lambdaClipShape,
  variance_type: z.null().default(null).describe('Networks that also predict a variance are not taken.'),
  ...spacingShape('linspace'),
})

/** How stochastic the reverse SDE is at a timestep: 0 is the ODE. */
const tauAt = (t: number): 0 | 1 => (t >= 200 && t <= 800 ? 1 : 0)

/** SA-Solver: a stochastic Adams–Bashforth step predicts, the network's answer there corrects it (Adams–Moulton). */
export const saSolver: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'SASolverScheduler',
  aliases: ['sasolver', 'sa-solver'],
  source: 'Xue et al. 2023, SA-Solver: stochastic Adams solver, arXiv 2309.05019',
  config,
  create(config) {
    const clean = config.algorithm_type === 'data_prediction'
    if (!clean && config.prediction_type === 'flow_prediction') {
      throw new NegError('scheduler-option-invalid', 'flow_prediction needs algorithm_type data_prediction.', {
        where: 'scheduler.config.algorithm_type',
      })
    }
    const table = trainingTable(config, true)
    const { sigmas: trained } = table
    const flow = config.use_flow_sigmas
    const ramp = rampOf(config)
    checkFlow(config, ramp !== undefined)
    const unclipped = unclippedTimesteps(trained, config.lambda_min_clipped)
    const rule: LambdaRule = {
      trained,
      spaced: (steps) => openTimesteps(config, trained.length, steps, unclipped),
      ramp,
      wholeRamp: config.use_karras_sigmas,
      end: (last) => last ?? trained[0],
      flow: flow ? ({ steps = 0 }) => flowSigmas(trained.length, steps, config.flow_shift) : undefined,
    }
    const adjust = cleanAdjustment(config)

    return {
      name: 'SASolverScheduler',
      config,
      parameterisation: { kind: flow ? 'flow' : 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),

      schedule(request) {
        const table = lambdaTable(rule, readRequest('SASolverScheduler', request, ['timesteps']))
        return singleSchedule(lambdaLevels(table, flow), request.strength, table.sigmas)
      },

      // from its whole timestep, as diffusers' add_noise: a σ ramp lies beside it
      start: (normal, schedule, image) =>
        flow
          ? modelScaledStart(normal, schedule, image)
          : noisedAt(trainedLevel(table, schedule.calls[0].level.t), normal, image),

      *solve(x, schedule, normal) {
        const samples: Sample[] = []
        let last: { x: Tensor; noise: Tensor; correctorOrder: number } | undefined
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const evaluated = yield { call, x, next }
          const value = clean
            ? cleanIntegrand(evaluated.guided, adjust)
            : noiseIntegrand(evaluated.guided, evaluated.x, level, config.thresholding ? adjust : undefined)
          const before = samples[samples.length - 1]?.level
          samples.push({ value, level })

          let start = evaluated.x
          if (last && before) {
            const used = samples.slice(-last.correctorOrder).reverse()
            start = adamsUpdate(clean, tauAt(before.t), last.x, before, level, used, last.noise, secondOrderMoulton)
          }
          const noise = normal()
          const left = config.lower_order_final ? schedule.steps - step : Number.POSITIVE_INFINITY
          const order = Math.min(config.predictor_order, left, samples.length)
          last = { x: start, noise, correctorOrder: Math.min(config.corrector_order, left + 1, samples.length + 1) }
          const used = samples.slice(-order).reverse()
          x = adamsUpdate(clean, tauAt(level.t), start, level, next, used, noise, secondOrderBashforth)
        }
        return x
      },
    }
  },
}
