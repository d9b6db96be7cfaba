import * as z from 'zod'
import { combine, minus, norm, perpendicular } from '../tensor/arithmetic'
import { exactly } from './apply'
import { activeNegatives, generalTerms, rowsOf, rowsOfTerms } from './base'
import { definePlugin } from './guidance'

/** Below this share of d_y the positive direction is the rounding of two equal predictions: no direction at all. */
const negligible = 1e-5

/**
 * Perp-Neg: of each negative only what stands at right angles to the positive direction, so that a negative which shares
 * something with the prompt does not take it away.
 *
 *   p = d_y − d_∅,   q_i = d_{n_i} − d_∅,   q_i^⊥ = q_i − ⟨q_i, p⟩/‖p‖² p
 *   d = d_∅ + s⁺ p − β Σ_i s⁻_i q_i^⊥
 *
 * Inner products are over one picture. With a negative's own scale = s⁺ w it is the paper's weight w. Differences of
 * predictions in two spaces are multiples of each other, so the space makes no difference.
 *
 * Passes: 2 and one per negative that acts; without any, those of classifier-free guidance.
 */
export const perpNeg = definePlugin({
  name: 'perp-neg',
  version: '1',
  summary: 'Of each negative only what does not contradict the prompt.',
  formula: 'd_∅ + s⁺ p − β Σ_i s⁻_i q_i^⊥, p = d_y − d_∅, q_i^⊥ ⊥ p',
  source: 'Armandpour et al. 2023 (arXiv 2304.04968)',
  options: z.strictObject({
    beta: z.number().min(0).default(1).describe('strength of all negatives together, times their own'),
  }),
  wraps: 0,
  create: ({ beta }) => ({
    space: 'any' as const,
    negatives: true,
    bounds: (view) => {
      const active = beta === 0 ? [] : activeNegatives(view)
      if (active.length === 0) return exactly(rowsOfTerms(generalTerms({ ...view, negatives: [] })))
      return exactly(rowsOf([view.positive, view.null, ...active]))
    },
    guide: async (step) => {
      const active = beta === 0 ? [] : activeNegatives(step)
      if (active.length === 0) return step.linear(generalTerms({ ...step, negatives: [] }))
      const [y, u, ...ns] = await step.predict(step.positive, step.null, ...active)
      const p = minus(y.value, u.value)
      const some = norm(p) > negligible * norm(y.value)
      const pushes = ns.map((n, i) => {
        const q = minus(n.value, u.value)
        return [some ? perpendicular(q, p) : q, -beta * active[i].weight] as const
      })
      return { ...y, value: combine([[u.value, 1], [p, step.scale], ...pushes]) }
    },
  }),
})
