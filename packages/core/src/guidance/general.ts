import * as z from 'zod'
import { definePlugin } from './guidance'

/**
 * The general form: independent strength for what the picture should be and for each thing it should not be.
 *
 *   d = d_∅ + s⁺ (d_y − d_∅) − Σ_i s⁻_i (d_{n_i} − d_∅)
 *     = (1 − s⁺ + Σ_i s⁻_i) d_∅ + s⁺ d_y − Σ_i s⁻_i d_{n_i}
 *
 * from p(x | y, not n) ∝ p(x) (p(x|y)/p(x))^{s⁺} (p(x|n)/p(x))^{−s⁻} with y and not-n independent given x. Without
 * negatives it is classifier-free guidance; with s⁻ = s⁺ − 1 (the default for one negative) the usual negative prompt,
 * whose null pass has coefficient 0 and is not run; with s⁻ = s⁺ Composable Diffusion's NOT.
 *
 * K negatives without a strength of their own share that default, (s⁺ − 1) / K each: K = 3 leaves each a third of what it has
 * alone, and a run of three or more says so.
 *
 * Passes: positive, null unless its coefficient is zero, one per negative whose s⁻ is not zero at the step.
 */
export const general = definePlugin({
  name: 'general',
  version: '1',
  summary: 'Positive and each negative with its own strength and window; the default.',
  formula: 'd_∅ + s⁺ (d_y − d_∅) − Σ_i s⁻_i (d_{n_i} − d_∅)',
  source:
    'Ho & Salimans 2022 (arXiv 2207.12598); Liu et al. 2022 (arXiv 2206.01714); Ban et al. 2024 (arXiv 2406.02965)',
  options: z.strictObject({}),
  wraps: 0,
  create: () => ({
    space: 'any',
    negatives: true,
    coefficients: ({ positive, null: unconditional, negatives, scale }) => {
      const against = negatives.reduce((sum, { weight }) => sum + weight, 0)
      return [
        [positive, scale],
        [unconditional, 1 - scale + against],
        ...negatives.map((negative) => [negative, -negative.weight] as const),
      ]
    },
  }),
})
