import { lambdaOf } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { combine, minus, times } from '../../tensor/arithmetic'
import type { Expansion } from './dpm-update'
import type { Sample } from './multistep-expansion'

/**
 * Divided differences of the last `order` samples about the oldest of them, the start of the block, in units of the
 * block's whole step to `to` (DPM-Solver, algorithms 4 and 5).
 */
export function singlestepExpansion(
  samples: readonly Sample[],
  order: number,
  to: Level,
  solverType: 'midpoint' | 'heun',
): Expansion {
  const block = samples.slice(-order)
  const [start, middle, late] = block
  if (order === 1) return { d0: start.value }
  const h = lambdaOf(to) - lambdaOf(start.level)
  const share = ({ level }: Sample): number => (lambdaOf(level) - lambdaOf(start.level)) / h
  const difference = (sample: Sample) => times(1 / share(sample), minus(sample.value, start.value))
  if (order === 2) return { d0: start.value, d1: difference(middle), d1Weight: solverType }
  if (solverType === 'midpoint') return { d0: start.value, d1: difference(late) }
  const [r0, r1] = [share(late), share(middle)]
  const [early, whole] = [difference(middle), difference(late)]
  return {
    d0: start.value,
    d1: combine([
      [early, r0 / (r0 - r1)],
      [whole, -r1 / (r0 - r1)],
    ]),
    d2: times(2 / (r0 - r1), minus(whole, early)),
  }
}
