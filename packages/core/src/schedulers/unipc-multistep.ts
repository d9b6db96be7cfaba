import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, thresholdShape } from './solving/adjust-clean'
import { cleanIntegrand, noiseIntegrand } from './solving/integrand'
import type { Sample } from './solving/multistep-expansion'
import { modelScaledStart } from './solving/start'
import { type UnifiedForm, unifiedCorrector, unifiedPredictor } from './solving/unified-update'
import { checkFlow, dynamicShiftShape, flowShape, flowShift, shifted, stretched } from './tables/flow-sigmas'
import { finalSigmaShape, type LambdaRule, lambdaLevels, lambdaTable } from './tables/lambda-table'
import { singleSchedule } from './tables/schedules'
import { karrasSigmas, rampOf, rampShape } from './tables/sigma-ramps'
import { refuseRamp } from './tables/sigma-table'
import { linspace, openTimesteps, spacingShape } from './tables/timestep-spacing'
import { predictionShape, spaceOf, trainingShape, zeroSnrShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  solver_order: z.int().min(1).max(3).default(2).describe('2 suits guided sampling, 3 unguided.'),
  ...predictionShape(['epsilon', 'sample', 'v_prediction', 'flow_prediction']),
  ...thresholdShape,
  predict_x0: z.boolean().default(true).describe('Integrate the clean image rather than the noise.'),
  solver_type: z
    .enum(['bh1', 'bh2', 'midpoint', 'heun', 'logrho'])
    .default('bh2')
    .describe('B(h): h or e^h − 1; the last three (other classes’) are read as `bh2`.'),
  lower_order_final: z.boolean().default(true).describe('Lower the order of the last steps.'),
  disable_corrector: z.array(z.int().min(0)).default([]).describe('Steps after which nothing is corrected.'),
  solver_p: z.null().default(null).describe('Another scheduler as predictor is not taken.'),
  ...rampShape,
  ...flowShape,
  ...spacingShape('linspace'),
  ...finalSigmaShape,
  ...zeroSnrShape,
  ...dynamicShiftShape,
  sigma_min: z.number().gt(0).nullable().default(null).describe('Where a ramp ends; null: the least trained σ.'),
  sigma_max: z.number().gt(0).nullable().default(null).describe('Where a ramp starts; null: the largest trained σ.'),
  shift_terminal: z.number().gt(0).lt(1).nullable().default(null).describe('Stretch the flow’s σs to end here.'),
})

type Config = z.infer<typeof config>

/** A flow's first σ is kept this far from 1, where λ is infinite. */
const fromOne = 1e-6

/** UniPC: UniP predicts x at the next level; the network's answer there corrects it (UniC) before the next prediction. */
export const uniPCMultistep: SchedulerPlugin<Config> = {
  name: 'UniPCMultistepScheduler',
  aliases: ['unipc', 'uni-pc'],
  source: 'Zhao et al. 2023, UniPC: a unified predictor-corrector framework, arXiv 2302.04867',
  config,
  create(config) {
    check(config)
    const { sigmas: trained } = trainingTable(config, true)
    const flow = config.use_flow_sigmas
    const shift = flowShift(config)
    const ends = { least: config.sigma_min ?? trained[0], most: config.sigma_max ?? trained[trained.length - 1] }
    const rule: LambdaRule = {
      trained,
      spaced: (steps) => openTimesteps(config, trained.length, steps),
      ramp: rampOf(config),
      rampEnds: ends,
      wholeRamp: config.use_karras_sigmas,
      end: (last) => (config.final_sigmas_type === 'zero' ? 0 : (last ?? trained[0])),
      flow: !flow
        ? undefined
        : config.use_karras_sigmas
          ? ({ steps = refuseRamp() }) => karrasSigmas(ends.least, ends.most, steps).map((s) => s / (s + 1))
          : ({ steps = 0, sigmas = linspace(1, 1 / trained.length, steps + 1).slice(0, -1) }) =>
              flowLevels(config, sigmas, shift),
    }
    const adjust = cleanAdjustment(config)
    const solverType = config.solver_type === 'bh1' ? 'bh1' : 'bh2'
    const form: UnifiedForm = {
      clean: config.predict_x0,
      scale: solverType === 'bh1' ? (h) => h : Math.expm1,
    }

    return {
      name: 'UniPCMultistepScheduler',
      config: { ...config, solver_type: solverType },
      parameterisation: { kind: flow ? 'flow' : 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),

      schedule(request) {
        const asked = readRequest('UniPCMultistepScheduler', request, flow ? ['sigmas'] : ['timesteps'])
        const table = lambdaTable(rule, asked)
        return singleSchedule(lambdaLevels(table, flow), request.strength, table.sigmas)
      },

      start: modelScaledStart,

      *solve(x, schedule) {
        const samples: Sample[] = []
        let last = { x, order: 0 }
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const evaluated = yield { call, x, next }
          const value = config.predict_x0
            ? cleanIntegrand(evaluated.guided, adjust)
            : noiseIntegrand(evaluated.guided, evaluated.x, level, undefined)
          const here: Sample = { value, level }
          const corrects = last.order > 0 && !config.disable_corrector.includes(step - 1)
          const start = corrects ? unifiedCorrector(form, last.x, samples, here, last.order) : evaluated.x
          samples.push(here)
          const most = config.lower_order_final ? schedule.steps - step : config.solver_order
          const order = Math.min(config.solver_order, most, samples.length)
          x = unifiedPredictor(form, start, samples, next, order)
          last = { x: start, order }
        }
        return x
      },
    }
  },
}

function flowLevels(config: Config, sigmas: readonly number[], shift: number): number[] {
  const moved = sigmas.map((s) => shifted(s, shift))
  const levels = config.shift_terminal === null ? moved : stretched(moved, config.shift_terminal)
  return levels.map((s, i) => (i === 0 && Math.abs(s - 1) < fromOne ? s - fromOne : s))
}

function check(config: Config): void {
  const refuse = (message: string, key: string): never => {
    throw new NegError('scheduler-option-invalid', message, { where: `scheduler.config.${key}` })
  }
  const { use_flow_sigmas: flow, use_exponential_sigmas, use_beta_sigmas } = config
  checkFlow(config, use_exponential_sigmas || use_beta_sigmas)
  if (config.shift_terminal !== null && !flow) refuse('shift_terminal needs use_flow_sigmas.', 'shift_terminal')
  if (!config.predict_x0 && config.thresholding) refuse('thresholding needs predict_x0.', 'thresholding')
  if (!config.predict_x0 && config.prediction_type === 'flow_prediction') {
    refuse('flow_prediction needs predict_x0.', 'predict_x0')
  }
  if (!config.predict_x0 && config.final_sigmas_type === 'zero') {
    refuse('predict_x0 false cannot end at σ = 0: set final_sigmas_type to sigma_min.', 'final_sigmas_type')
  }
  if (!config.lower_order_final && config.final_sigmas_type === 'zero' && config.solver_order > 1) {
    refuse('An end at σ = 0 needs lower_order_final (or final_sigmas_type sigma_min).', 'lower_order_final')
  }
}
