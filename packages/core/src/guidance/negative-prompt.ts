import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { definePlugin } from './guidance'

/**
 * The negative prompt as every pipeline has it: the unconditional prediction replaced by the negative one,
 *
 *   d = d_n + s (d_y − d_n),
 *
 * the general form at s⁻ = s⁺ − 1. Where the negative's window is closed, n is the null condition. It has one strength
 * and one negative: a scale of the negative's own, `outside`, or a second negative is refused; `general` has them.
 *
 * Passes: 2; 1 at s = 1.
 */
export const negativePrompt = definePlugin({
  name: 'negative-prompt',
  version: '1',
  summary: 'The usual negative prompt: one negative in place of the unconditional prediction.',
  formula: 'd_n + s (d_y − d_n)',
  source: 'Stable Diffusion; AUTOMATIC1111 stable-diffusion-webui',
  options: z.strictObject({}),
  wraps: 0,
  create: () => ({
    space: 'any',
    negatives: true,
    check: ({ negatives }) => {
      const refuse = (what: string) => {
        throw new NegError('guidance-unsupported', `negative-prompt ${what}; guidance 'general' does.`)
      }
      if (negatives.length > 1) refuse(`takes no more than one negative (${negatives.length} given)`)
      if (negatives[0]?.scale !== undefined) refuse('does not take a strength of the negative’s own (it is scale − 1)')
      if (negatives[0]?.outside) refuse('does not take `outside`')
    },
    coefficients: ({ positive, null: unconditional, negatives: [negative], scale }) => {
      const acting = negative?.open ? negative : unconditional
      return [
        [positive, scale],
        [acting, 1 - scale],
      ]
    },
  }),
})
