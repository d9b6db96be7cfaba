import { NegError } from '../../errors/neg-error'
import type { Tensor } from '../../tensor/tensor'
import type { Evaluated, Evaluation, Schedule } from '../scheduler'
import { type AdjustConfig, cleanAdjustment } from './adjust-clean'
import { type DpmAlgorithm, dpmUpdate } from './dpm-update'
import { cleanIntegrand, noiseIntegrand } from './integrand'
import { multistepExpansion, type Sample } from './multistep-expansion'
import { multistepOrder, type OrderConfig } from './multistep-order'

interface Kind {
  readonly algorithm: DpmAlgorithm
  readonly solverType: 'midpoint' | 'heun'
}

/**
 * Algorithm and solver type in force: other classes' are read as DPM-Solver's own, as in diffusers.
 * @throws `scheduler-option-invalid` for an order that the algorithm has not
 */
export function dpmKind(config: {
  readonly algorithm_type: DpmAlgorithm | 'deis'
  readonly solver_type: string
  readonly solver_order: number
}): Kind {
  const algorithm = config.algorithm_type === 'deis' ? 'dpmsolver++' : config.algorithm_type
  if (algorithm === 'sde-dpmsolver' && config.solver_order === 3) {
    throw new NegError(
      'scheduler-option-invalid',
      'algorithm_type sde-dpmsolver has no third order: set solver_order to 2.',
      { where: 'scheduler.config.solver_order' },
    )
  }
  return { algorithm, solverType: config.solver_type === 'heun' ? 'heun' : 'midpoint' }
}

/** Walks the levels of a schedule, in whichever direction they go: history extrapolated in λ and integrated exactly. */
export function* dpmMultistepWalk(
  config: Kind & OrderConfig & AdjustConfig,
  x: Tensor,
  schedule: Schedule,
  normal: () => Tensor,
): Generator<Evaluation, Tensor, Evaluated> {
  const { algorithm, solverType } = config
  const adjust = cleanAdjustment(config)
  const stochastic = algorithm.startsWith('sde')
  const samples: Sample[] = []
  for (const [call, { step, level }] of schedule.calls.entries()) {
    const next = schedule.levels[step + 1]
    const evaluated = yield { call, x, next }
    const value = algorithm.endsWith('++')
      ? cleanIntegrand(evaluated.guided, adjust)
      : noiseIntegrand(evaluated.guided, evaluated.x, level, config.thresholding ? adjust : undefined)
    samples.push({ value, level })
    const order = multistepOrder(config, step, schedule.steps, samples.length)
    const expansion = multistepExpansion(samples, order, next, solverType)
    x = dpmUpdate(algorithm, evaluated.x, level, next, expansion, stochastic ? normal() : undefined)
  }
  return x
}
