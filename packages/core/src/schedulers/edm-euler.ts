import * as z from 'zod'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { eulerStep } from './euler-discrete'
import { readRequest } from './schedule-request'
import type { SchedulerPlugin } from './scheduler'
import { churned, churnShape } from './solving/churn'
import { predictionOf, splits } from './solving/guided'
import { unitScaledStart } from './solving/start'
import { edmLevels, edmShape, edmSigmas } from './tables/edm-sigmas'
import { singleSchedule } from './tables/schedules'
import { spaceOf } from './tables/training-config'

const config = z.strictObject({ ...edmShape, ...churnShape })

/** x' = x + (σ' − σ) (x − D)/σ for networks with EDM preconditioning (algorithm 2, first order). */
export const edmEuler: SchedulerPlugin<z.infer<typeof config>> = {
  name: 'EDMEulerScheduler',
  aliases: ['edm-euler'],
  source: 'Karras et al. 2022, Elucidating the design space of diffusion-based generative models, arXiv 2206.00364',
  config,
  create(config) {
    const { sigma_data: sigmaData } = config
    return {
      name: 'EDMEulerScheduler',
      config,
      parameterisation: { kind: 'edm', prediction: spaceOf[config.prediction_type], sigmaData },
      provides: new Set(['scheduler.split']),

      schedule(request) {
        const { steps } = readRequest('EDMEulerScheduler', request)
        const sigmas = edmSigmas(config, steps)
        return singleSchedule(edmLevels(sigmas), request.strength, sigmas)
      },

      start: unitScaledStart(() => Math.hypot(config.sigma_max, 1)),

      *solve(x, schedule, normal) {
        for (const [call, { step, level }] of schedule.calls.entries()) {
          const next = schedule.levels[step + 1]
          const { x: seen, guided } = yield { call, x, next }
          const hat = churned(seen, level.sigma, schedule.levels.length, config, normal)
          x =
            hat.sigma === level.sigma || splits(guided)
              ? eulerStep(seen, guided, level.sigma, next.sigma)
              : afterChurn(hat, seen, predictionOf(guided, 'x0'), level.sigma, next.sigma, sigmaData)
        }
        return x
      },
    }
  },
}

/** diffusers asks the network at σ and reads its raw answer as if it had been asked at the churned σ̂. */
function afterChurn(
  hat: { readonly x: Tensor; readonly sigma: number },
  x: Tensor,
  clean: Tensor,
  sigma: number,
  end: number,
  sigmaData: number,
): Tensor {
  const [asked, read] = [preconditioning(sigma, sigmaData), preconditioning(hat.sigma, sigmaData)]
  const raw = read.out / asked.out
  const kept = end / hat.sigma
  return combine([
    [hat.x, kept + (1 - kept) * read.skip],
    [clean, (1 - kept) * raw],
    [x, -(1 - kept) * raw * asked.skip],
  ])
}

function preconditioning(sigma: number, sigmaData: number): { readonly skip: number; readonly out: number } {
  const total = Math.hypot(sigma, sigmaData)
  return { skip: (sigmaData / total) ** 2, out: (sigma * sigmaData) / total }
}
