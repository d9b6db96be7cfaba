import * as z from 'zod'
import { definePlugin } from './guidance'

/**
 * Classifier-free guidance: d = d_∅ + s (d_y − d_∅).
 *
 * `formulation: 'original'` is the paper's (1 + w) d_y − w d_∅ with the recipe's scale as w = s − 1.
 *
 * Passes: 2; 1 at s = 1 (d_y alone) and at s = 0 (d_∅ alone).
 */
export const classifierFree = definePlugin({
  name: 'classifier-free',
  version: '1',
  summary: 'Classifier-free guidance, without negatives.',
  formula: 'd_∅ + s (d_y − d_∅)',
  source: 'Ho & Salimans 2022 (arXiv 2207.12598)',
  options: z.strictObject({
    formulation: z
      .enum(['interpolated', 'original'])
      .default('interpolated')
      .describe("'original': scale is the paper's w = s − 1"),
  }),
  wraps: 0,
  create: ({ formulation }) => ({
    space: 'any',
    negatives: false,
    coefficients: ({ positive, null: unconditional, scale }) => {
      const s = formulation === 'original' ? 1 + scale : scale
      return [
        [positive, s],
        [unconditional, 1 - s],
      ]
    },
  }),
})
