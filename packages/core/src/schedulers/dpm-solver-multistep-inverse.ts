import * as z from 'zod'
import { dpmMultistepShape } from './dpm-solver-multistep'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { dpmKind, dpmMultistepWalk } from './solving/dpm-multistep-walk'
import { cleanStart, inverseSchedule } from './solving/inversion'
import { type LambdaRule, lambdaLevels, lambdaTable, unclippedTimesteps } from './tables/lambda-table'
import { rampOf } from './tables/sigma-ramps'
import { risingTimesteps } from './tables/timestep-spacing'
import { predictionShape, predictionTypes, spaceOf } from './tables/training-config'
import { trainingTable } from './tables/training-table'

const config = z.strictObject({ ...dpmMultistepShape, ...predictionShape(predictionTypes) })

/** Multistep DPM-Solver and DPM-Solver++ upwards: the same steps over the same levels, from the least noisy to the noisiest. */
export const dpmSolverMultistepInverse: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'DPMSolverMultistepInverseScheduler',
  aliases: ['dpm++2m-inverse', 'dpm-multistep-inverse'],
  source: 'Lu et al. 2022, DPM-Solver and DPM-Solver++, arXiv 2206.00927 and 2211.01095, upwards as in diffusers',
  config,
  create(config) {
    const { algorithm, solverType } = dpmKind(config)
    const { sigmas: trained } = trainingTable(config, true)
    const noisiest = unclippedTimesteps(trained, config.lambda_min_clipped) - 1
    const rule: LambdaRule = {
      trained,
      spaced: (steps) => risingTimesteps(config, trained.length, steps, noisiest + 1),
      ramp: rampOf(config),
      rampEnds: { least: trained[trained.length - 1], most: trained[0] },
      wholeRamp: config.use_karras_sigmas,
      end: (last) => last ?? trained[noisiest],
    }
    const kind = { ...config, algorithm, solverType, final_sigmas_type: 'sigma_min' } as const

    return {
      name: 'DPMSolverMultistepInverseScheduler',
      config: { ...config, algorithm_type: algorithm, solver_type: solverType },
      parameterisation: { kind: 'vp', prediction: spaceOf[config.prediction_type] },
      provides: new Set(),
      inverse: true,
      schedule(request) {
        const table = lambdaTable(rule, readRequest('DPMSolverMultistepInverseScheduler', request))
        const levels = lambdaLevels(table, false)
        const steps = levels.slice(1).map((to, i) => ({ from: levels[i], to, t: levels[i].t }))
        return inverseSchedule(steps, 0, request.strength, table.sigmas)
      },
      start: cleanStart,
      solve: (x, schedule, normal) => dpmMultistepWalk(kind, x, schedule, normal),
    }
  },
}
