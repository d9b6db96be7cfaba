import * as z from 'zod'
import { isOpen } from '../recipe/window'
import { combine, mapValues, minus, times } from '../tensor/arithmetic'
import { type Tensor, zeros } from '../tensor/tensor'
import { exactly } from './apply'
import { generalTerms, rowsOf, rowsOfTerms } from './base'
import { definePlugin, type Guidance } from './guidance'
import { epsFactor } from './network-step'
import { absoluteQuantile } from './quantile'
import type { StepView } from './step'
import { effectiveTerms } from './terms'

/** Per channel, the values whose size reaches the channel's quantile; the others 0. */
function strongest(a: Tensor, quantile: number): Tensor {
  const size = a.data.length / a.shape[0]
  const least = Array.from({ length: a.shape[0] }, (_, c) =>
    absoluteQuantile(a.data.subarray(c * size, (c + 1) * size), quantile),
  )
  return mapValues(a, (value, i) => (Math.abs(value) >= least[Math.floor(i / size)] ? value : 0))
}

/**
 * Semantic guidance: edits of the picture towards or away from concepts (role `edit`), each only where it matters most.
 *
 *   ψ_i = w_i s_e (d_{e_i} − d_∅), per channel only values with |ψ| ≥ quantile_η|ψ|
 *   γ = Σ_i ψ_i + s_m ν;   ν ← β_m ν + (1 − β_m) γ
 *   d = d_∅ + s⁺ (d_y − d_∅) − Σ s⁻ (d_n − d_∅) + γ     (without γ while step / steps < warmup)
 *
 * An edit's sign and strength w are its `scale` in the recipe (default 1; −1 removes), its cool-down and a warm-up of its
 * own are its `window`. Differences are in eps. The momentum ν advances once per scheduler step, in the warm-up too.
 *
 * Passes: those of the general form, null, and one per edit that acts.
 */
export const sega = definePlugin({
  name: 'sega',
  version: '1',
  summary: 'Semantic guidance: edits towards or away from concepts, each only where it matters most.',
  formula: 'general + γ, γ = Σ_i mask_η(w_i s_e (d_{e_i} − d_∅)) + s_m ν',
  source: 'Brack et al. 2023 (arXiv 2301.12247)',
  options: z.strictObject({
    editScale: z.number().default(5).describe('s_e: strength of all edits'),
    quantile: z.number().min(0).max(1).default(0.9).describe('η: share of each channel that is left alone'),
    warmup: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe('fraction of the run before edits act (paper: 10 of 50 steps)'),
    momentumScale: z.number().min(0).max(1).default(0.1).describe('s_m: share of the momentum'),
    momentumBeta: z.number().min(0).lt(1).default(0.4).describe('β_m: how slowly the momentum changes'),
  }),
  roles: ['edit'],
  wraps: 0,
  create: ({ editScale, quantile, warmup, momentumScale, momentumBeta }): Guidance<'edit'> => {
    const warming = ({ position }: StepView<string>) =>
      warmup > 0 && isOpen({ from: 0, to: warmup, of: 'schedule' }, position)
    const acting = (view: StepView<'edit'>) =>
      warming(view) && momentumScale === 0 ? [] : view.roles.edit.filter(({ weight }) => weight !== 0)
    return {
      space: 'any',
      negatives: true,
      bounds: (view) => {
        const edits = acting(view)
        const terms = effectiveTerms(generalTerms(view))
        if (edits.length === 0) return exactly(rowsOfTerms(terms))
        return exactly(rowsOf([...terms.map(([condition]) => condition), view.null, ...edits]))
      },
      guide: async (step) => {
        const edits = acting(step)
        if (edits.length === 0) return step.linear(generalTerms(step))
        const [base, [u, ...es]] = await Promise.all([
          step.linear(generalTerms(step)),
          step.predict(step.null, ...edits),
        ])
        const nu = step.memory<Tensor>('momentum', () => zeros(step.x.shape))
        const k = epsFactor(u)
        const moves = es.map(({ value }, i) => {
          const move = times(edits[i].weight * editScale * k, minus(value, u.value))
          return [strongest(move, quantile), 1] as const
        })
        const gamma = combine([...moves, [nu.value, momentumScale]])
        nu.value = combine([
          [nu.value, momentumBeta],
          [gamma, 1 - momentumBeta],
        ])
        const value = combine([
          [base.value, 1],
          // Back from eps; at pure noise all differences in eps are 0, and so is γ.
          [gamma, warming(step) || k === 0 ? 0 : 1 / k],
        ])
        return { ...base, value }
      },
    }
  },
})
