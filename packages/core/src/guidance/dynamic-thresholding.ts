import * as z from 'zod'
import { convert, type Prediction, withValue } from '../prediction/prediction'
import { mapValues } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { applyAfterStep, applyGuidance, boundsOf } from './apply'
import { definePlugin, type Guidance } from './guidance'
import { absoluteQuantile } from './quantile'
import { withPositive } from './rescale'
import { wrap } from './wrap'

/**
 * Dynamic thresholding of another guidance's clean image:
 *
 *   q = quantile_p(|x0|);   τ = max(r, q), at most m;   x0 ← clip(x0, −τ, τ) · r/τ
 *
 * r is the range of clean images: 1 for pixels, as in the paper. Latents have no such bounds (the paper's 1 would crush them),
 * so by default r is the same quantile of the positive prediction's x0, and nothing is done where q ≤ r: guidance keeps the
 * values' extent and loses the saturation. Where guidance gives clean image and re-noising direction apart, the clean image is thresholded.
 *
 * Passes: those of the guidance inside, and the positive with `range: 'positive'` where it has none.
 */
export const dynamicThresholding = definePlugin({
  name: 'dynamic-thresholding',
  version: '1',
  summary: 'Another guidance with its clean image clipped to a quantile and scaled back into range.',
  formula: 'x0 ← clip(x0, −τ, τ) r/τ, τ = max(r, quantile_p|x0|)',
  source: 'Saharia et al. 2022 (arXiv 2205.11487), Imagen',
  options: z.strictObject({
    percentile: z.number().min(0).max(1).default(0.995).describe('p: values beyond this quantile are clipped'),
    range: z
      .union([z.number().positive(), z.literal('positive')])
      .default('positive')
      .describe("r: 1 for pixel models; 'positive': the positive prediction's own quantile"),
    max: z
      .number()
      .positive()
      .optional()
      .describe("largest τ (diffusers' sample_max_value); default none, as in the paper"),
  }),
  wraps: 1,
  create: ({ percentile, range, max = Number.POSITIVE_INFINITY }, [inner]): Guidance<string> => {
    const threshold = (x0: Tensor, r: number): Tensor => {
      const quantile = absoluteQuantile(x0.data, percentile)
      // Latents have values beyond the quantile by nature: they are left alone where guidance did not blow it up.
      if (range === 'positive' && quantile <= r) return x0
      const tau = Math.min(Math.max(r, quantile), Math.max(r, max))
      return mapValues(x0, (value) => (Math.min(Math.max(value, -tau), tau) * r) / tau)
    }
    return {
      ...wrap(inner),
      space: 'x0',
      bounds: (view) => (range === 'positive' ? withPositive(inner, view) : boundsOf(inner, view)),
      guide: async (step) => {
        const [guided, positive] = await Promise.all([
          applyGuidance(inner, step),
          range === 'positive' ? step.predict(step.positive) : undefined,
        ])
        const r = positive ? absoluteQuantile(positive[0].value.data, percentile) : (range as number)
        const clean = (prediction: Prediction): Prediction => {
          const x0 = convert(prediction, 'x0')
          const value = r === 0 ? x0.value : threshold(x0.value, r)
          return value === x0.value ? prediction : withValue(x0, value)
        }
        return 'x0' in guided ? { ...guided, x0: clean(guided.x0) } : clean(guided)
      },
      afterStep: (step, next) => applyAfterStep(inner, step, next),
    }
  },
})
