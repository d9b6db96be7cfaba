import { lambdaOf } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { combine, minus, times } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'
import type { Expansion } from './dpm-update'

/** A quantity of the network's at a level it was evaluated at. */
export interface Sample {
  readonly value: Tensor
  readonly level: Level
}

/**
 * Divided differences of the last `order` samples, oldest first, about the newest, in units of the step to `to`
 * (DPM-Solver++, algorithm 2 and appendix).
 */
export function multistepExpansion(
  samples: readonly Sample[],
  order: number,
  to: Level,
  solverType: 'midpoint' | 'heun',
): Expansion {
  const [s0, s1, s2] = samples.slice(-order).reverse()
  if (order === 1) return { d0: s0.value }
  const h = lambdaOf(to) - lambdaOf(s0.level)
  const r0 = (lambdaOf(s0.level) - lambdaOf(s1.level)) / h
  const first = times(1 / r0, minus(s0.value, s1.value))
  if (order === 2) return { d0: s0.value, d1: first, d1Weight: solverType }
  const r1 = (lambdaOf(s1.level) - lambdaOf(s2.level)) / h
  const second = times(1 / r1, minus(s1.value, s2.value))
  const share = r0 / (r0 + r1)
  return {
    d0: s0.value,
    d1: combine([
      [first, 1 + share],
      [second, -share],
    ]),
    d2: times(1 / (r0 + r1), minus(first, second)),
  }
}
