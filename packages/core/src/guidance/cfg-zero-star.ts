import * as z from 'zod'
import { combine, dot } from '../tensor/arithmetic'
import { definePlugin, type Guidance } from './guidance'
import { pairGuidance } from './pair-guidance'

/**
 * CFG-Zero*: the unconditional prediction scaled to fit the conditional one, and no movement at all in the first steps,
 * where a learned velocity is worse than none.
 *
 *   s* = ⟨d_y, d_b⟩ / (‖d_b‖² + 1e-8);   d = s* d_b + s⁺ (d_y − s* d_b);   d = 0 in the first `zeroInit` steps
 *
 * In flow, for which it was found: there d = 0 leaves x as it is. On the raw output of an eps network (diffusers,
 * `space: 'network'`) d = 0 says that x holds no noise, which is something else: `zeroInit: 0` goes with it.
 *
 * Passes: 2 (3 where a negative's strength is not the usual one); 0 in the first `zeroInit` steps; 1 at s⁺ = 1.
 */
export const cfgZeroStar = definePlugin({
  name: 'cfg-zero-star',
  version: '1',
  summary: 'CFG-Zero*: the unconditional prediction scaled to fit, nothing done in the first step.',
  formula: 's* d_b + s⁺ (d_y − s* d_b), s* = ⟨d_y, d_b⟩/‖d_b‖²; 0 in the first steps',
  source: 'Fan et al. 2025 (arXiv 2503.18886)',
  options: z.strictObject({
    zeroInit: z
      .number()
      .int()
      .min(0)
      .default(1)
      .describe('steps at the start that do not move x (paper: about 4 % of them)'),
    space: z
      .enum(['flow', 'network', 'v', 'eps', 'x0'])
      .default('flow')
      .describe("'flow' as the paper, 'network' as diffusers"),
  }),
  wraps: 0,
  create: ({ zeroInit, space }): Guidance<string> => {
    const fitted = pairGuidance(space === 'network' ? 'any' : space, (y, b, { scale }) => {
      const fit = dot(y, b) / (dot(b, b) + 1e-8)
      return combine([
        [b, fit * (1 - scale)],
        [y, scale],
      ])
    })
    const still = ({ step, scale }: { step: number; scale: number }) => step < zeroInit && scale !== 1
    return {
      ...fitted,
      bounds: (view) => (still(view) ? [0, 0] : fitted.bounds(view)),
      guide: (step) => {
        return still(step) ? step.linear([]) : fitted.guide(step)
      },
    }
  },
})
