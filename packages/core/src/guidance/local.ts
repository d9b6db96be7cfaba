import * as z from 'zod'
import { combine, minus } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { exactly } from './apply'
import { activeNegatives, generalTerms, rowsAgainst } from './base'
import { definePlugin } from './guidance'
import { withinHull, withinRange } from './local-limit'
import { cellNorms, peakOf, smooth } from './local-map'
import { networkStep } from './network-step'
import { absoluteQuantile } from './quantile'
import type { StepView } from './step'

/**
 * Negatives that act where the thing is. Where the predictions under a negative and under nothing differ most is where the network would
 * put the thing; only there, and for each negative in a place of its own, the picture is pushed away from it:
 *
 *   q_i = d_{n_i} − d_∅,   m_i = blur(‖q_i‖ over channels),   m_i ← β m_i + (1 − β) of this step's
 *   M_i = 1 where m_i reaches its own η-quantile over the picture, or τ times its peak and the quantile of what a thing covers at most
 *   d = d_∅ + s⁺ (d_y − d_∅) − λ Σ_i s⁻_i M_i q_i
 *   where any M_i = 1, d stays within the hull and the range below
 *
 * The plain negative prompt pushes everywhere by s⁻ q, most of it by differences that have nothing to do with the thing:
 * these change the rest of the picture, and keep the push small. What is left outside of M can go into λ. Pushed that far,
 * single values would leave what pictures are made of, and faces would get marks: so where a mask is on
 *
 *   range ρ: |d| is at most the ρ-quantile of |d_∅ + s⁺ (d_y − d_∅)| over its channel (where that itself is larger: no larger);
 *   hull h:  d is at most h times their extent away from the smallest and the largest of d_∅, d_y and d_n at that value.
 *
 * Small things (glasses) have a peak of a few cells, and η says how many count. Large ones (a hat) have a plateau: without τ half of it
 * stays, and grows back.
 *
 * Masks keep several negatives apart, so each has by default the strength that it would have alone: s⁻_i = s⁺ − 1.
 * What is gone early stays away: on the embedded model a window of [0, 0.4) removes as much as always, and saves passes.
 *
 * Related: SEGA masks values above a quantile for each channel, SLD pushes where predictions come near each other, DiffEdit and LEDITS++
 * make an edit's mask from a difference of predictions (and from attention) before or while they edit a picture that exists.
 *
 * Passes: those of classifier-free guidance, and while a negative acts null and the negative itself.
 */
export const local = definePlugin({
  name: 'local',
  version: '2',
  summary: 'Each negative acts only where its thing is, there strongly: it removes more and changes less.',
  formula: 'd_∅ + s⁺ (d_y − d_∅) − λ Σ s⁻ M ⊙ (d_n − d_∅), M where ‖d_n − d_∅‖ is large',
  source:
    'neg; after Brack et al. 2023 (arXiv 2301.12247), Couairon et al. 2022 (arXiv 2210.11427), Brack et al. 2023 (arXiv 2311.16711)',
  options: z.strictObject({
    strength: z.number().min(0).default(2.7).describe('λ: times a negative’s own strength s⁻, inside its mask'),
    quantile: z.number().min(0).lt(1).default(0.94).describe('η: share of the picture that each negative leaves alone'),
    peak: z
      .number()
      .gt(0)
      .max(1)
      .default(0.8)
      .describe('τ: what is this share of the map’s peak belongs to the thing, too; 1: only what η says'),
    most: z
      .number()
      .gt(0)
      .max(1)
      .default(0.2)
      .describe('share of the picture that a thing covers at most, by its peak'),
    momentum: z.number().min(0).lt(1).default(0.7).describe('β: how slowly a mask follows the predictions'),
    range: z
      .number()
      .gt(0)
      .max(1)
      .default(0.96)
      .describe('ρ: a pushed value stays within this quantile of its channel’s; 1: within its largest'),
    hull: z
      .number()
      .min(0)
      .optional()
      .describe(
        'h: how many extents of the predictions a pushed value may leave them by; small is gentle; default no limit',
      ),
  }),
  wraps: 0,
  create: ({ strength, quantile, peak, most, momentum, range, hull }) => {
    const acting = (view: StepView<string>) => (strength === 0 ? [] : activeNegatives(view))
    return {
      space: 'x0' as const,
      negatives: true,
      separate: true,
      bounds: (view) => exactly(rowsAgainst(view, acting(view))),
      guide: async (step) => {
        const negatives = acting(step)
        // In the network's own space: what is not pushed is classifier-free guidance to the bit.
        if (negatives.length === 0) return networkStep(step).linear(generalTerms({ ...step, negatives }))
        const [y, u, ...ns] = await step.predict(step.positive, step.null, ...negatives)
        const masks = ns.map(({ value }, i) => {
          const now = smooth(cellNorms(minus(value, u.value)), value.shape)
          const before = step.memory<Float32Array | undefined>(`map/${negatives[i].index}`, () => undefined)
          const last = before.value
          const map = last ? now.map((m, cell) => momentum * last[cell] + (1 - momentum) * m) : now
          before.value = map
          const plateau = Math.max(peak * peakOf(map), absoluteQuantile(map, 1 - most))
          const least = Math.min(absoluteQuantile(map, quantile), plateau)
          return map.map((m) => (m > 0 && m >= least ? 1 : 0))
        })
        const plain = combine([
          [u.value, 1 - step.scale],
          [y.value, step.scale],
        ])
        const pushed = push(
          plain,
          u.value,
          ns.map(({ value }, i) => ({ value, mask: masks[i], by: strength * negatives[i].weight })),
        )
        const within = withinRange(pushed, plain, masks, range)
        const value =
          hull === undefined
            ? within
            : withinHull(
                within,
                [y.value, u.value],
                ns.map((n) => n.value),
                masks,
                hull,
              )
        return { ...y, value }
      },
    }
  },
})

interface Push {
  readonly value: Tensor
  readonly mask: Float32Array
  readonly by: number
}

/** plain − Σ by · mask ⊙ (value − from); masks are over cells, the same for each channel. */
function push(plain: Tensor, from: Tensor, pushes: readonly Push[]): Tensor {
  const data = Float32Array.from(plain.data)
  for (const { value, mask, by } of pushes) {
    for (let i = 0; i < data.length; i++) {
      if (mask[i % mask.length] !== 0) data[i] -= by * (value.data[i] - from.data[i])
    }
  }
  return { data, shape: plain.shape }
}
