import * as z from 'zod'
import { definePlugin } from './guidance'
import { layersOption, perturbed } from './perturbed'

/**
 * Smoothed-energy guidance: away from what the network draws when, in the chosen layers, self-attention's queries are
 * blurred over the picture by a Gaussian of `blurSigma` cells,
 *
 *   d = inner + s (d_y − d_y^{SEG}).
 *
 * Needs `attention.edit:seg`. Passes: those of the guidance inside and one more.
 */
export const seg = definePlugin({
  name: 'seg',
  version: '1',
  summary: 'Away from a prediction whose self-attention has blurred queries: firmer structure.',
  formula: 'inner + s (d_y − d_y^{SEG})',
  source: 'Hong 2024 (arXiv 2408.00760)',
  options: z.strictObject({
    scale: z.number().default(3).describe('s: how far away; 0 is not at all'),
    blurSigma: z
      .number()
      .min(0)
      .default(9_999_999)
      .describe('standard deviation of the blur in cells of the layer; a large one makes every query the mean of all'),
    layers: layersOption,
  }),
  wraps: 1,
  create: ({ scale, blurSigma, layers }, [inner]) => perturbed('seg', scale, { blurSigma, layers }, inner),
})
