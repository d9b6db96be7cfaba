import * as z from 'zod'
import { definePlugin } from './guidance'
import { layersOption, perturbed } from './perturbed'

/**
 * Perturbed-attention guidance: away from what the network draws when, in the chosen layers, each pixel attends to itself
 * alone (the self-attention map is the identity),
 *
 *   d = inner + s (d_y − d_y^{PAG}).
 *
 * Needs `attention.edit:pag`. Passes: those of the guidance inside and one more.
 */
export const pag = definePlugin({
  name: 'pag',
  version: '1',
  summary: 'Away from a prediction whose self-attention is the identity: firmer structure.',
  formula: 'inner + s (d_y − d_y^{PAG})',
  source: 'Ahn et al. 2024 (arXiv 2403.17377)',
  options: z.strictObject({
    scale: z.number().default(3).describe('s: how far away; 0 is not at all'),
    layers: layersOption,
  }),
  wraps: 1,
  create: ({ scale, layers }, [inner]) => perturbed('pag', scale, { layers }, inner),
})
