import * as z from 'zod'
import { ratioOf } from '../prediction/level'
import type { Level } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, thresholdShape } from './solving/adjust-clean'
import { noiseIntegrand } from './solving/integrand'
import type { Sample } from './solving/multistep-expansion'
import { modelScaledStart } from './solving/start'
import { checkFlow, dynamicShiftShape, flowShape, flowShift, flowSigmas } from './tables/flow-sigmas'
import { type LambdaRule, lambdaLevels, lambdaTable } from './tables/lambda-table'
import { singleSchedule } from './tables/schedules'
import { rampOf, rampShape } from './tables/sigma-ramps'
import { openTimesteps, spacingShape } from './tables/timestep-spacing'
import { predictionShape, spaceOf, trainingShape } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({
  ...trainingShape(),
  solver_order: z.int().min(1).max(3).default(2),
  ...predictionShape(['epsilon', 'sample', 'v_prediction', 'flow_prediction']),
  ...thresholdShape,
  algorithm_type: z
    .enum(['deis', 'dpmsolver', 'dpmsolver++'])
    .default('deis')
    .describe('The latter two (other classes’) are read as `deis`.'),
  solver_type: z
    .enum(['logrho', 'midpoint', 'heun', 'bh1', 'bh2'])
    .default('logrho')
    .describe('All but `logrho` (other classes’) are read as it.'),
  lower_order_final: z.boolean().default(true).describe('Lower the order of the last steps where there are under 15.'),
  ...rampShape,
  ...flowShape,
  ...spacingShape('linspace'),
  ...dynamicShiftShape,
})

/** The network's last noises, as a polynomial in ln ρ, ρ = σ/α, integrated over ρ (ρAB, log-ρ form). */
export const deisMultistep: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'DEISMultistepScheduler',
  aliases: ['deis'],
  source: 'Zhang & Chen 2023, Fast sampling of diffusion models with exponential integrator, arXiv 2204.13902',
  config,
  create(config) {
    const { sigmas: trained } = trainingTable(config, true)
    const flow = config.use_flow_sigmas
    const ramp = rampOf(config)
    checkFlow(config, ramp !== undefined)
    const shift = flowShift(config)
    const rule: LambdaRule = {
      trained,
      spaced: (steps) => openTimesteps(config, trained.length, steps),
      ramp,
      wholeRamp: config.use_karras_sigmas,
      end: (last) => last ?? trained[0],
      flow: flow ? ({ steps = 0 }) => flowSigmas(trained.length, steps, shift) : undefined,
    }
    const adjust = config.thresholding ? cleanAdjustment(config) : undefined

    const orderOf = (step: number, steps: number, known: number): number => {
      const few = config.lower_order_final && steps < 15
      return Math.min(config.solver_order, known, few ? steps - step : 3)
    }

    return {
      name: 'DEISMultistepScheduler',
      config: { ...config, algorithm_type: 'deis', solver_type: 'logrho' },
      parameterisation: { kind: flow ? 'flow' : 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),

      schedule(request) {
        const table = lambdaTable(rule, readRequest('DEISMultistepScheduler', request, ['timesteps']))
        return singleSchedule(lambdaLevels(table, flow), request.strength, table.sigmas)
      },

      start: modelScaledStart,

      *solve(x, schedule) {
        const samples: Sample[] = []
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const evaluated = yield { call, x, next }
          samples.push({ value: noiseIntegrand(evaluated.guided, evaluated.x, level, adjust), level })
          const known = samples.slice(-orderOf(step, schedule.steps, samples.length)).reverse()
          x = integrated(evaluated.x, known, next)
        }
        return x
      },
    }
  },
}

/** x' = α' (x/α + Σ_k n_k ∫ ℓ_k(ln ρ) dρ), ℓ_k the Lagrange polynomials over the samples, newest first. */
function integrated(x: Tensor, samples: readonly Sample[], next: Level): Tensor {
  const [{ level }] = samples
  const [from, to] = [ratioOf(level), ratioOf(next)]
  const logs = samples.map((sample) => Math.log(ratioOf(sample.level)))
  const weight = (k: number): number => {
    const others = logs.filter((_, i) => i !== k)
    const scale = others.reduce((product, log) => product * (logs[k] - log), 1)
    return (antiderivative(to, others) - antiderivative(from, others)) / scale
  }
  return combine([
    [x, next.alpha / level.alpha],
    ...samples.map(({ value }, k) => [value, next.alpha * weight(k)] as const),
  ])
}

/** ∫ Π (ln ρ − c_i) dρ for none, one or two c. */
function antiderivative(rho: number, [c, d]: readonly number[]): number {
  if (c === undefined) return rho
  const log = Math.log(rho)
  if (d === undefined) return rho * (log - 1 - c)
  return rho * (log ** 2 - 2 * log + 2 - (c + d) * (log - 1) + c * d)
}
