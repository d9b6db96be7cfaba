import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, thresholdShape } from './solving/adjust-clean'
import { dpmUpdate } from './solving/dpm-update'
import { cleanIntegrand, noiseIntegrand } from './solving/integrand'
import type { Sample } from './solving/multistep-expansion'
import { singlestepExpansion } from './solving/singlestep-expansion'
import { modelScaledStart } from './solving/start'
import { checkFlow, dynamicShiftShape, flowShape, flowShift, flowSigmas } from './tables/flow-sigmas'
import {
  finalSigmaShape,
  type LambdaRule,
  lambdaClipShape,
  lambdaLevels,
  lambdaTable,
  unclippedTimesteps,
} from './tables/lambda-table'
import { singleSchedule } from './tables/schedules'
import { rampOf, rampShape } from './tables/sigma-ramps'
import { openTimesteps } from './tables/timestep-spacing'
import { predictionShape, spaceOf, trainingShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  solver_order: z.int().min(1).max(3).default(2),
  ...predictionShape(['epsilon', 'sample', 'v_prediction', 'flow_prediction']),
  ...thresholdShape,
  algorithm_type: z
    .enum(['dpmsolver', 'dpmsolver++', 'sde-dpmsolver++', 'deis'])
    .default('dpmsolver++')
    .describe('`deis` (another class’s) is read as `dpmsolver++`.'),
  solver_type: z
    .enum(['midpoint', 'heun', 'logrho', 'bh1', 'bh2'])
    .default('midpoint')
    .describe('How higher orders are integrated; the last three (other classes’) are read as `midpoint`.'),
  lower_order_final: z
    .boolean()
    .default(false)
    .describe('Fit any number of steps by lower orders at the end; set where the steps or the end ask for it.'),
  ...rampShape,
  ...flowShape,
  ...finalSigmaShape,
  ...lambdaClipShape,
  variance_type: z.null().default(null).describe('Networks that also predict a variance are not taken.'),
  ...dynamicShiftShape,
})

type Config = z.infer<typeof config>

/** Singlestep DPM-Solver and DPM-Solver++: blocks of steps of order 1, 2, 3, each block anew from its own start. */
export const dpmSolverSinglestep: SchedulerPlugin<Config> = {
  name: 'DPMSolverSinglestepScheduler',
  aliases: ['dpm++2s', 'dpmpp_2s', 'dpm-singlestep'],
  source: 'Lu et al. 2022, DPM-Solver and DPM-Solver++, arXiv 2206.00927 and 2211.01095',
  config,
  create(config) {
    const algorithm = config.algorithm_type === 'deis' ? 'dpmsolver++' : config.algorithm_type
    const solverType = config.solver_type === 'heun' ? 'heun' : 'midpoint'
    check(config, algorithm)
    const { sigmas: trained } = trainingTable(config, true)
    const flow = config.use_flow_sigmas
    const ramp = rampOf(config)
    checkFlow(config, ramp !== undefined)
    const shift = flowShift(config)
    const unclipped = unclippedTimesteps(trained, config.lambda_min_clipped)
    const rule: LambdaRule = {
      trained,
      spaced: (steps) =>
        openTimesteps({ timestep_spacing: 'linspace', steps_offset: 0 }, trained.length, steps, unclipped),
      ramp,
      wholeRamp: config.use_karras_sigmas,
      end: () => (config.final_sigmas_type === 'zero' ? 0 : trained[0]),
      flow: flow ? ({ steps = 0 }) => flowSigmas(trained.length, steps, shift) : undefined,
    }
    const adjust = cleanAdjustment(config)
    const clean = algorithm.endsWith('++')

    return {
      name: 'DPMSolverSinglestepScheduler',
      config: { ...config, algorithm_type: algorithm, solver_type: solverType },
      parameterisation: { kind: flow ? 'flow' : 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),

      schedule(request) {
        const table = lambdaTable(rule, readRequest('DPMSolverSinglestepScheduler', request, ['timesteps']))
        return singleSchedule(lambdaLevels(table, flow), request.strength, table.sigmas)
      },

      start: modelScaledStart,

      *solve(x, schedule, normal) {
        const orders = orderList(config, schedule.steps)
        const samples: Sample[] = []
        let base = x
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const evaluated = yield { call, x, next }
          const value = clean
            ? cleanIntegrand(evaluated.guided, adjust)
            : noiseIntegrand(evaluated.guided, evaluated.x, level, config.thresholding ? adjust : undefined)
          samples.push({ value, level })
          const order = Math.min(orders[step], samples.length)
          if (order === 1) base = evaluated.x
          const from = samples[samples.length - order].level
          const expansion = singlestepExpansion(samples, order, next, solverType)
          x = dpmUpdate(algorithm, base, from, next, expansion, algorithm === 'sde-dpmsolver++' ? normal() : undefined)
        }
        return x
      },
    }
  },
}

/** The order of each step: 1, 2, 3, 1, 2, 3, …, with lower orders at the end so that the last block is whole. */
function orderList({ solver_order: order, lower_order_final, final_sigmas_type }: Config, steps: number): number[] {
  const blocks = (count: number): number[] =>
    Array.from({ length: count }, () => Array.from({ length: order }, (_, i) => i + 1)).flat()
  const lower = lower_order_final || steps % order !== 0 || final_sigmas_type === 'zero'
  const rest = steps % order
  const orders = !lower
    ? blocks(steps / order)
    : order === 1
      ? blocks(steps)
      : rest === 0
        ? [...blocks(steps / order - 1), ...(order === 3 ? [1, 2, 1] : [1, 1])]
        : [...blocks(Math.floor(steps / order)), ...(rest === 1 ? [1] : [1, 2])]
  return final_sigmas_type === 'zero' ? [...orders.slice(0, -1), 1] : orders
}

function check(config: Config, algorithm: string): void {
  const refuse = (message: string, key: string): never => {
    throw new NegError('scheduler-option-invalid', message, { where: `scheduler.config.${key}` })
  }
  if (algorithm === 'dpmsolver' && config.final_sigmas_type === 'zero') {
    refuse('algorithm_type dpmsolver cannot end at σ = 0: set final_sigmas_type to sigma_min.', 'final_sigmas_type')
  }
  if (algorithm === 'dpmsolver' && config.prediction_type === 'flow_prediction') {
    refuse('algorithm_type dpmsolver takes no flow_prediction: use dpmsolver++.', 'algorithm_type')
  }
}
