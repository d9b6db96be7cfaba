import * as z from 'zod'
import { generalTerms } from './base'
import { definePlugin, type Guidance } from './guidance'

/**
 * Any number of concepts, each with a weight of either sign and a window of its own (role `concept`):
 *
 *   d = d_∅ + s⁺ (d_y − d_∅) + Σ_i w_i s⁺ (d_{c_i} − d_∅) − Σ_j s⁻_j (d_{n_j} − d_∅)
 *
 * AND is a concept of weight 1 beside the prompt; NOT one of weight −1, which is a negative with s⁻ = s⁺. A concept's
 * weight is its `scale` in the recipe (default 1), relative to s⁺ as in Composable Diffusion's `--weights` and A1111's
 * `AND x :w`; `weights: 'absolute'` takes it as it is. Negatives act as in `general`. `promptWeight` is a weight of the prompt's own.
 *
 * The composed score is not the score of the composed density but at t = 0 (Du et al. 2023, arXiv 2302.11552).
 *
 * Passes: positive, each concept and negative whose coefficient is not zero, null unless its coefficient is zero.
 */
export const composition = definePlugin({
  name: 'composition',
  version: '1',
  summary: 'Several concepts at once, wanted or not: AND and NOT, each with its own weight and window.',
  formula: 'd_∅ + s⁺ (d_y − d_∅) + Σ_i w_i s⁺ (d_{c_i} − d_∅) − Σ_j s⁻_j (d_{n_j} − d_∅)',
  source: 'Liu et al. 2022 (arXiv 2206.01714); Du et al. 2020 (arXiv 2004.06030)',
  options: z.strictObject({
    weights: z
      .enum(['relative', 'absolute'])
      .default('relative')
      .describe("a concept's weight: 'relative' to the scale, or 'absolute'"),
    promptWeight: z.number().default(1).describe('w₀: the weight of the prompt itself'),
  }),
  roles: ['concept'],
  wraps: 0,
  create: ({ weights, promptWeight }): Guidance<'concept'> => ({
    space: 'any',
    negatives: true,
    coefficients: (view) => {
      const unit = weights === 'relative' ? view.scale : 1
      const concepts = view.roles.concept.map((concept) => [concept, concept.weight * unit] as const)
      const total = concepts.reduce((sum, [, weight]) => sum + weight, 0)
      const own = (promptWeight - 1) * view.scale
      const prompt = own === 0 ? [] : [[view.positive, own] as const, [view.null, -own] as const]
      return [...generalTerms(view), ...prompt, ...concepts, [view.null, -total]]
    },
  }),
})
