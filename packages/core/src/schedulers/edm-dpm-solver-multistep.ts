import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { cleanAdjustment, thresholdShape } from './solving/adjust-clean'
import { dpmUpdate } from './solving/dpm-update'
import { cleanIntegrand } from './solving/integrand'
import { multistepExpansion, type Sample } from './solving/multistep-expansion'
import { multistepOrder } from './solving/multistep-order'
import { unitScaledStart } from './solving/start'
import { edmLevels, edmShape, edmSigmas } from './tables/edm-sigmas'
import { singleSchedule } from './tables/schedules'
import { spaceOf } from './tables/training-config'

const config = z.strictObject({
  ...edmShape,
  solver_order: z.int().min(1).max(3).default(2),
  ...thresholdShape,
  algorithm_type: z
    .enum(['dpmsolver++', 'sde-dpmsolver++', 'deis'])
    .default('dpmsolver++')
    .describe('`deis` (another class’s) is read as `dpmsolver++`.'),
  solver_type: z
    .enum(['midpoint', 'heun', 'logrho', 'bh1', 'bh2'])
    .default('midpoint')
    .describe('How the second order is integrated; the last three (other classes’) are read as `midpoint`.'),
  lower_order_final: z.boolean().default(true).describe('Lower the order of the last steps where there are under 15.'),
  euler_at_final: z.boolean().default(false).describe('Take the last step in first order.'),
})

/** Multistep DPM-Solver++ for networks with EDM preconditioning. */
export const edmDpmSolverMultistep: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'EDMDPMSolverMultistepScheduler',
  aliases: ['edm-dpm++2m', 'edm-dpm-multistep'],
  source: 'Lu et al. 2022, DPM-Solver++, arXiv 2211.01095; Karras et al. 2022, arXiv 2206.00364',
  config,
  create(config) {
    const algorithm = config.algorithm_type === 'deis' ? 'dpmsolver++' : config.algorithm_type
    const solverType = config.solver_type === 'heun' ? 'heun' : 'midpoint'
    const stochastic = algorithm === 'sde-dpmsolver++'
    if (stochastic && config.solver_order === 3) {
      throw new NegError(
        'scheduler-option-invalid',
        'sde-dpmsolver++ has no third order here: set solver_order to 2.',
        {
          where: 'scheduler.config.solver_order',
        },
      )
    }
    const adjust = cleanAdjustment(config)

    return {
      name: 'EDMDPMSolverMultistepScheduler',
      config: { ...config, algorithm_type: algorithm, solver_type: solverType },
      parameterisation: { kind: 'edm', prediction: spaceOf[config.prediction_type], sigmaData: config.sigma_data },
      provides: new Set(),

      schedule(request) {
        const { steps } = readRequest('EDMDPMSolverMultistepScheduler', request)
        const sigmas = edmSigmas(config, steps)
        return singleSchedule(edmLevels(sigmas), request.strength, sigmas)
      },

      start: unitScaledStart(() => Math.hypot(config.sigma_max, 1)),

      *solve(x, schedule, normal) {
        const samples: Sample[] = []
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const evaluated = yield { call, x, next }
          samples.push({ value: cleanIntegrand(evaluated.guided, adjust), level })
          const order = multistepOrder(config, step, schedule.steps, samples.length)
          const expansion = multistepExpansion(samples, order, next, solverType)
          x = dpmUpdate(algorithm, evaluated.x, level, next, expansion, stochastic ? normal() : undefined)
        }
        return x
      },
    }
  },
}
