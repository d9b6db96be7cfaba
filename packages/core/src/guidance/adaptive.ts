import * as z from 'zod'
import { cosine } from '../tensor/arithmetic'
import { applyAfterStep, applyGuidance, boundsOf } from './apply'
import { baseTerms, conditionsOf, rowsOf } from './base'
import { type Bounds, definePlugin, type Guidance } from './guidance'
import { networkStep } from './network-step'
import type { GuidanceStep, StepView } from './step'
import { effectiveTerms } from './terms'
import { wrap } from './wrap'

/** Whether guidance was found to be over. */
const over = (step: GuidanceStep<string>) => step.memory('over', () => false)

/**
 * Another guidance until conditional and unconditional prediction agree, then d_y alone for the rest of the run:
 *
 *   d = inner; once cos(d_y, d_b) > γ at a step, d = d_y from the next step on
 *
 * d_b is d_∅, or d_n where a negative acts (see docs). In x0: an eps network repeats its input at high noise, so that
 * all its predictions agree at the start of the run, where guidance matters most.
 *
 * Passes: those of the guidance inside (and d_y and d_b where it has them not), then 1.
 */
export const adaptive = definePlugin({
  name: 'adaptive',
  version: '1',
  summary: 'Another guidance until both predictions agree; then one pass a step.',
  formula: 'inner until cos(d_y, d_b) > γ; then d_y',
  source: 'Castillo et al. 2023 (arXiv 2312.12487)',
  options: z.strictObject({
    gamma: z.number().min(-1).max(1).default(0.991).describe('γ: the agreement that ends guidance; 1 never does'),
    space: z.enum(['x0', 'network', 'eps', 'v', 'flow']).default('x0').describe('where agreement is measured'),
  }),
  wraps: 1,
  create: ({ gamma, space }, [inner]): Guidance<string> => ({
    ...wrap(inner),
    space: space === 'network' ? ('any' as const) : space,
    // At scale 1 there is nothing to compare.
    bounds: (view) => [1, view.scale === 1 ? Math.max(1, boundsOf(inner, view)[1]) : withPair(inner, view)[1]],
    guide: async (step) => {
      if (over(step).value) return (await networkStep(step).predict(step.positive))[0]
      if (step.scale === 1) return applyGuidance(inner, step)
      const [guided, [y], b] = await Promise.all([
        applyGuidance(inner, step),
        step.predict(step.positive),
        step.linear(baseTerms(step)),
      ])
      if (cosine(y.value, b.value) > gamma) over(step).value = true
      return guided
    },
    afterStep: async (step, next) => {
      const ended = step.memory('ended', () => false)
      if (!ended.value) await applyAfterStep(inner, step, next)
      ended.value = over(step).value
    },
  }),
})

/** Bounds of an inner guidance together with d_y and d_b. */
function withPair(inner: Guidance<string>, view: StepView<string>): Bounds {
  const pair = [view.positive, ...conditionsOf(baseTerms(view))]
  if ('coefficients' in inner) {
    const rows = rowsOf([...conditionsOf(effectiveTerms(inner.coefficients(view))), ...pair])
    return [rows, rows]
  }
  const [min, max] = boundsOf(inner, view)
  return [Math.max(min, rowsOf(pair)), max + rowsOf(pair)]
}
