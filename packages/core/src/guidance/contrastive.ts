import * as z from 'zod'
import { combine, dot, minus } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { exactly } from './apply'
import { activeNegatives, generalTerms, rowsOf, rowsOfTerms } from './base'
import { definePlugin } from './guidance'
import { epsFactor } from './network-step'
import type { StepView } from './step'

/**
 * Contrastive guidance: attraction that never fades, repulsion that fades where the picture is far from the negative
 * already, so that it is not driven off the manifold.
 *
 *   λ₊ = 2 / (1 + e^{−τ‖d_y − d_∅‖²}),   λ₋ = 2 e^{−τ‖d_n − d_∅‖²} / (1 + e^{−τ‖d_n − d_∅‖²})
 *   d = d_∅ + s⁺ λ₊ (d_y − d_∅) − Σ_i s⁻_i λ₋_i (d_{n_i} − d_∅)
 *
 * Distances are in eps. τ depends on the latents' size; `tau: 'auto'` measures every distance against the positive one of the same step,
 * τ = 1/‖d_y − d_∅‖². With τ = 0 it is the general form.
 *
 * Passes: 2 and one per negative that acts. At s⁺ = 1 without negatives that act, d_y alone.
 */
export const contrastive = definePlugin({
  name: 'contrastive',
  version: '1',
  summary: 'Contrastive guidance: a negative pushes less the farther the picture is from it.',
  formula: 'd_∅ + s⁺ λ₊ (d_y − d_∅) − Σ s⁻ λ₋ (d_n − d_∅)',
  source: 'Chang et al. 2024 (arXiv 2411.17077)',
  options: z.strictObject({
    tau: z
      .union([z.number().min(0), z.literal('auto')])
      .default('auto')
      .describe("τ: how fast the strengths change with the squared distance; 'auto': by the positive's distance"),
  }),
  wraps: 0,
  create: ({ tau }) => {
    const plain = (view: StepView<string>) =>
      tau === 0 || ((view.scale === 1 || view.scale === 0) && activeNegatives(view).length === 0)
    return {
      space: 'any' as const,
      negatives: true,
      bounds: (view) => {
        if (plain(view)) return exactly(rowsOfTerms(generalTerms(view)))
        return exactly(rowsOf([view.positive, view.null, ...activeNegatives(view)]))
      },
      guide: async (step) => {
        if (plain(step)) return step.linear(generalTerms(step))
        const negatives = activeNegatives(step)
        const [y, u, ...ns] = await step.predict(step.positive, step.null, ...negatives)
        const p = minus(y.value, u.value)
        const own = tau === 'auto' ? 1 / Math.max(dot(p, p), 1e-12) : tau * epsFactor(y) ** 2
        const fading = (q: Tensor) => Math.exp(-own * dot(q, q))
        const pushes = ns.map(({ value }, i) => {
          const q = minus(value, u.value)
          return [q, (-negatives[i].weight * 2 * fading(q)) / (1 + fading(q))] as const
        })
        const value = combine([[u.value, 1], [p, (step.scale * 2) / (1 + fading(p))], ...pushes])
        return { ...y, value }
      },
    }
  },
})
