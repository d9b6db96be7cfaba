import type { Guided } from '../prediction/prediction'
import type { Tensor } from '../tensor/tensor'
import type { Bounds, Guidance } from './guidance'
import type { GuidanceStep, StepView } from './step'
import { effectiveTerms } from './terms'

/** Runs a guidance, linear or not, at a step: what a wrapper does with its inner one. */
export async function applyGuidance<R extends string>(
  inner: Guidance<R>,
  step: GuidanceStep<R>,
  name = 'inner',
): Promise<Guided> {
  const own = step.scope(name, inner.space)
  return 'coefficients' in inner ? own.linear(inner.coefficients(own)) : inner.guide(own)
}

/** The fewest and most rows that a guidance runs at an evaluation. */
export function boundsOf<R extends string>(guidance: Guidance<R>, view: StepView<R>): Bounds {
  if (!('coefficients' in guidance)) return guidance.bounds(view)
  const passes = effectiveTerms(guidance.coefficients(view)).length
  return [passes, passes]
}

/** Bounds of something that always runs `n` rows. */
export const exactly = (n: number): Bounds => [n, n]

/** Calls an inner guidance's `afterStep` in the scope that `applyGuidance` opened for it. */
export async function applyAfterStep<R extends string>(
  inner: Guidance<R>,
  step: GuidanceStep<R>,
  next: Tensor,
  name = 'inner',
): Promise<void> {
  if ('guide' in inner) await inner.afterStep?.(step.scope(name, inner.space), next)
}
