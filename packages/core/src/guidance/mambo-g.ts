import * as z from 'zod'
import { combine, minus, norm } from '../tensor/arithmetic'
import { definePlugin } from './guidance'
import { pairGuidance } from './pair-guidance'

/**
 * Magnitude-aware guidance: a scale that gives way where the guidance is large beside the prediction, as at the start.
 *
 *   r = ‖d_y − d_b‖ / ‖d_b‖;   w = 1 + (s⁺ − 1) e^{−α r};   d = d_b + w (d_y − d_b)
 *
 * In flow (velocity), for which it was found; diffusers takes the raw output (`space: 'network'`).
 *
 * Passes: 2 (3 where a negative's strength is not the usual one); 1 at s⁺ = 1.
 */
export const mamboG = definePlugin({
  name: 'mambo-g',
  version: '1',
  summary: 'Magnitude-aware guidance: the scale gives way where guidance would overwhelm the prediction.',
  formula: 'd_b + w (d_y − d_b), w = 1 + (s⁺ − 1) e^{−α‖d_y − d_b‖/‖d_b‖}',
  source: 'arXiv 2508.03442',
  options: z.strictObject({
    alpha: z.number().min(0).default(8).describe('how fast the scale gives way; 0 is classifier-free guidance'),
    space: z
      .enum(['flow', 'network', 'v', 'eps', 'x0'])
      .default('flow')
      .describe("'flow' as the paper, 'network' as diffusers"),
  }),
  wraps: 0,
  create: ({ alpha, space }) =>
    pairGuidance(space === 'network' ? 'any' : space, (y, b, { scale }) => {
      const size = norm(b)
      const ratio = size === 0 ? 0 : norm(minus(y, b)) / size
      const w = 1 + (scale - 1) * Math.exp(-alpha * ratio)
      return combine([
        [b, 1 - w],
        [y, w],
      ])
    }),
})
