import * as z from 'zod'
import { withValue } from '../prediction/prediction'
import { standardDeviation, times } from '../tensor/arithmetic'
import { applyAfterStep, applyGuidance, boundsOf } from './apply'
import { rowsOf } from './base'
import { type Bounds, definePlugin, type Guidance } from './guidance'
import { saysNothing } from './network-step'
import type { StepView } from './step'
import { effectiveTerms } from './terms'
import { refuseSplit, single, wrap } from './wrap'

/**
 * Gives the result of another guidance the standard deviation of d_y, which strong guidance blows up:
 *
 *   φ std(d_y)/std(d) d + (1 − φ) d,   std over all values of the picture
 *
 * In the network's own space, as diffusers' `guidance_rescale`; the paper's networks predict v, and what it does to
 * another space's prediction differs, so `space` can choose.
 *
 * Passes: those of the guidance inside, and the positive where it has none.
 */
export const rescale = definePlugin({
  name: 'rescale',
  version: '1',
  summary: 'Another guidance with its contrast brought back to that of the positive prediction.',
  formula: 'φ std(d_y)/std(d) d + (1 − φ) d',
  source: 'Lin et al. 2023 (arXiv 2305.08891), section 3.4',
  options: z.strictObject({
    phi: z.number().min(0).max(1).default(0.7).describe('how much of it: 0 nothing, 1 all'),
    space: z
      .enum(['network', 'v', 'eps', 'x0', 'flow'])
      .default('network')
      .describe("where deviations are compared: the network's own space, or another"),
  }),
  wraps: 1,
  create: ({ phi, space }, [inner]): Guidance<string> => {
    refuseSplit('rescale', inner)
    const idle = ({ level }: StepView<string>) => phi === 0 || (space === 'eps' && saysNothing(level))
    return {
      ...wrap(inner),
      space: space === 'network' ? 'any' : space,
      bounds: (view) => (idle(view) ? boundsOf(inner, view) : withPositive(inner, view)),
      guide: async (step) => {
        if (idle(step)) return applyGuidance(inner, step)
        const [guided, [y]] = await Promise.all([applyGuidance(inner, step), step.predict(step.positive)])
        const d = single('rescale', guided, y.space)
        const own = standardDeviation(d.value)
        const factor = own === 0 ? 1 : standardDeviation(y.value) / own
        return withValue(d, times(phi * factor + 1 - phi, d.value))
      },
      afterStep: (step, next) => applyAfterStep(inner, step, next),
    }
  },
})

/** Bounds of an inner guidance together with the positive pass. */
export function withPositive(inner: Guidance<string>, view: StepView<string>): Bounds {
  if ('coefficients' in inner) {
    const rows = rowsOf([view.positive, ...effectiveTerms(inner.coefficients(view)).map(([condition]) => condition)])
    return [rows, rows]
  }
  const [min, max] = inner.bounds(view)
  return [Math.max(min, 1), max + 1]
}
