import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { thresholdShape } from './solving/adjust-clean'
import { dpmKind, dpmMultistepWalk } from './solving/dpm-multistep-walk'
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
import { openTimesteps, spacingShape } from './tables/timestep-spacing'
import { predictionShape, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

/** diffusers' keys that the solver shares with its inverse. */
export const dpmMultistepShape = {
  ...trainingShape(),
  solver_order: z.int().min(1).max(3).default(2).describe('2 suits guided sampling, 3 unguided.'),
  ...predictionShape(['epsilon', 'sample', 'v_prediction', 'flow_prediction']),
  ...thresholdShape,
  algorithm_type: z
    .enum(['dpmsolver', 'dpmsolver++', 'sde-dpmsolver', 'sde-dpmsolver++', 'deis'])
    .default('dpmsolver++')
    .describe('`deis` (another class’s) is read as `dpmsolver++`.'),
  solver_type: z
    .enum(['midpoint', 'heun', 'logrho', 'bh1', 'bh2'])
    .default('midpoint')
    .describe('How the second order is integrated; the last three (other classes’) are read as `midpoint`.'),
  lower_order_final: z.boolean().default(true).describe('Lower the order of the last steps where there are under 15.'),
  euler_at_final: z.boolean().default(false).describe('Take the last step in first order.'),
  ...rampShape,
  ...lambdaClipShape,
  variance_type: z.null().default(null).describe('Networks that also predict a variance are not taken.'),
  ...spacingShape('linspace'),
}

const config = z.strictObject({
  ...dpmMultistepShape,
  use_lu_lambdas: z.boolean().default(false).describe('Space the σs evenly in λ.'),
  ...flowShape,
  ...finalSigmaShape,
  ...zeroSnrShape,
  ...dynamicShiftShape,
})

type Config = z.infer<typeof config>

/** Multistep DPM-Solver and DPM-Solver++: the network's last answers, extrapolated in λ and integrated exactly. */
export const dpmSolverMultistep: SchedulerPlugin<Config> = {
  name: 'DPMSolverMultistepScheduler',
  aliases: ['dpm++2m', 'dpmpp_2m', 'dpm-solver', 'dpm-solver++', 'dpm-multistep'],
  source: 'Lu et al. 2022, DPM-Solver and DPM-Solver++, arXiv 2206.00927 and 2211.01095',
  config,
  create(config) {
    const { algorithm, solverType } = dpmKind(config)
    check(config, algorithm)
    const { sigmas: trained } = trainingTable(config, true)
    const flow = config.use_flow_sigmas
    const ramp = rampOf({ ...config, use_exponential_sigmas: config.use_exponential_sigmas || config.use_lu_lambdas })
    checkFlow(config, ramp !== undefined)
    const shift = flowShift(config)
    const rule: LambdaRule = {
      trained,
      spaced: (steps) =>
        openTimesteps(config, trained.length, steps, unclippedTimesteps(trained, config.lambda_min_clipped)),
      ramp,
      wholeRamp: (config.use_karras_sigmas || config.use_lu_lambdas) && config.beta_schedule !== 'squaredcos_cap_v2',
      end: () => (config.final_sigmas_type === 'zero' ? 0 : trained[0]),
      flow: flow ? ({ steps = 0 }) => flowSigmas(trained.length, steps, shift) : undefined,
    }
    return {
      name: 'DPMSolverMultistepScheduler',
      config: { ...config, algorithm_type: algorithm, solver_type: solverType },
      parameterisation: { kind: flow ? 'flow' : 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),

      schedule(request) {
        const table = lambdaTable(rule, readRequest('DPMSolverMultistepScheduler', request, ['timesteps']))
        return singleSchedule(lambdaLevels(table, flow), request.strength, table.sigmas)
      },

      start: modelScaledStart,

      solve: (x, schedule, normal) => dpmMultistepWalk({ ...config, algorithm, solverType }, x, schedule, normal),
    }
  },
}

function check(config: Config, algorithm: string): void {
  const refuse = (message: string, key: string): never => {
    throw new NegError('scheduler-option-invalid', message, { where: `scheduler.config.${key}` })
  }
  if (!algorithm.endsWith('++') && config.final_sigmas_type === 'zero') {
    refuse(`algorithm_type ${algorithm} cannot end at σ = 0: set final_sigmas_type to sigma_min.`, 'final_sigmas_type')
  }
  if (!algorithm.endsWith('++') && config.prediction_type === 'flow_prediction') {
    refuse(`algorithm_type ${algorithm} takes no flow_prediction: use dpmsolver++.`, 'algorithm_type')
  }
  if (config.use_lu_lambdas && rampOf(config) !== undefined) {
    refuse('use_lu_lambdas cannot go with another spacing of the σs.', 'use_lu_lambdas')
  }
}
