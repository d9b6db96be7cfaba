import type { Space } from '../prediction/prediction'
import type { Tensor } from '../tensor/tensor'
import { exactly } from './apply'
import { baseTerms, conditionsOf, generalTerms, rowsOf, rowsOfTerms } from './base'
import type { StepGuidance } from './guidance'
import { networkStep, saysNothing } from './network-step'
import type { GuidanceStep, StepView } from './step'

/**
 * A guidance made of two predictions, d_y and the base d_b (see `baseTerms`), as most published methods are. At s⁺ = 1 it
 * is the general form: d_y alone, less what negatives of their own strength take away.
 *
 * Where eps says nothing of the picture (pure noise, α = 0, the first step of flow models) it is computed in the network's
 * own space, which is the limit of the methods in eps.
 *
 * Passes: those of the general form.
 */
export function pairGuidance(
  space: Space | 'any',
  combine: (y: Tensor, b: Tensor, step: GuidanceStep<string>) => Tensor,
): StepGuidance<string> {
  return {
    space,
    negatives: true,
    bounds: (view) => exactly(rowsOfPair(view)),
    guide: async (step) => {
      // In the network's own space, so that it is that network's prediction to the bit.
      if (step.scale === 1) return networkStep(step).linear(generalTerms(step))
      const own = space === 'eps' && saysNothing(step.level) ? networkStep(step) : step
      const [[y], b] = await Promise.all([own.predict(step.positive), own.linear(baseTerms(step))])
      return { ...y, value: combine(y.value, b.value, step) }
    },
  }
}

/** Rows of d_y and d_b. */
export function rowsOfPair(view: StepView<string>): number {
  if (view.scale === 1) return rowsOfTerms(generalTerms(view))
  return rowsOf([view.positive, ...conditionsOf(baseTerms(view))])
}
