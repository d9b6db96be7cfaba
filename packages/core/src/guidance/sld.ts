import * as z from 'zod'
import { isOpen } from '../recipe/window'
import { combine, mapValues, minus, zipValues } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { exactly } from './apply'
import { activeNegatives, generalTerms, rowsAgainst, shareOf } from './base'
import { definePlugin } from './guidance'
import { epsFactor } from './network-step'
import type { StepView } from './step'

/** The paper's configurations; its warm-up of 15, 10, 7, 0 of 50 steps as a fraction of the run. */
export const safetyPresets = {
  weak: { warmup: 15 / 50, safetyScale: 20, threshold: 0, momentumScale: 0, momentumBeta: 0 },
  medium: { warmup: 10 / 50, safetyScale: 1000, threshold: 0.01, momentumScale: 0.3, momentumBeta: 0.4 },
  strong: { warmup: 7 / 50, safetyScale: 2000, threshold: 0.025, momentumScale: 0.5, momentumBeta: 0.7 },
  max: { warmup: 0, safetyScale: 5000, threshold: 1, momentumScale: 0.5, momentumBeta: 0.7 },
} as const

/**
 * Safe latent diffusion: away from negatives, value by value, only where the positive prediction comes near them.
 *
 *   μ = min(s_S |d_y − d_n|, 1) where d_y − d_n < λ, else 0        (signed: with λ = 1 nearly everywhere)
 *   γ = Σ_i f_i μ_i (d_{n_i} − d_∅) + s_m ν;   ν ← β_m ν + (1 − β_m) γ
 *   d = d_∅ + s⁺ (d_y − d_∅ − γ)     (without γ while step / steps < warmup)
 *
 * A negative's share f is s⁻/(s⁺ − 1): 1 for one negative of the usual strength. Differences are in eps. The momentum ν advances once per
 * scheduler step, in the warm-up too.
 *
 * Passes: 2 and one per negative that acts; without any (also in a warm-up without momentum) those of classifier-free guidance.
 */
export const sld = definePlugin({
  name: 'sld',
  version: '1',
  summary: 'Safe latent diffusion: away from negatives only where the picture comes near them.',
  formula: 'd_∅ + s⁺ (d_y − d_∅ − γ), γ = μ (d_n − d_∅) + s_m ν',
  source: 'Schramowski et al. 2022 (arXiv 2211.05105)',
  options: z.strictObject({
    preset: z.enum(['weak', 'medium', 'strong', 'max']).default('medium').describe('values of the options not given'),
    warmup: z.number().min(0).max(1).optional().describe('fraction of the run before negatives act'),
    safetyScale: z.number().min(0).optional().describe('s_S: how soon a value is pushed with full strength'),
    threshold: z.number().optional().describe('λ: values with d_y − d_n at or above it are left alone'),
    momentumScale: z.number().min(0).max(1).optional().describe('s_m: share of the momentum'),
    momentumBeta: z.number().min(0).lt(1).optional().describe('β_m: how slowly the momentum changes'),
  }),
  wraps: 0,
  create: ({ preset, ...given }) => {
    const { warmup, safetyScale, threshold, momentumScale, momentumBeta } = {
      ...safetyPresets[preset],
      ...defined(given),
    }
    const warming = ({ position }: StepView<string>) =>
      warmup > 0 && isOpen({ from: 0, to: warmup, of: 'schedule' }, position)
    /** Negatives that must be predicted: none while nothing of them could show. */
    const acting = (view: StepView<string>) => (warming(view) && momentumScale === 0 ? [] : activeNegatives(view))
    return {
      space: 'any' as const,
      negatives: true,
      bounds: (view) => exactly(rowsAgainst(view, acting(view))),
      guide: async (step) => {
        const negatives = acting(step)
        if (negatives.length === 0) return step.linear(generalTerms({ ...step, negatives }))
        const [y, u, ...ns] = await step.predict(step.positive, step.null, ...negatives)
        const k = epsFactor(y)
        const pushes = ns.map(({ value }, i) => {
          const near = mapValues(minus(y.value, value), (difference) => {
            const eps = k * difference
            return eps < threshold ? Math.min(safetyScale * Math.abs(eps), 1) : 0
          })
          const push = zipValues(near, minus(value, u.value), (mu, q) => mu * k * q)
          return [push, shareOf(negatives[i], step.scale)] as const
        })
        const nu = step.memory<Tensor | undefined>('momentum', () => undefined)
        const last = nu.value
        const gamma = combine([...pushes, ...(last ? [[last, momentumScale] as const] : [])])
        nu.value = combine([[gamma, 1 - momentumBeta], ...(last ? [[last, momentumBeta] as const] : [])])
        const s = step.scale
        const value = combine([
          [u.value, 1 - s],
          [y.value, s],
          // Back from eps; at pure noise all differences in eps are 0, and so is γ.
          [gamma, warming(step) || k === 0 ? 0 : -s / k],
        ])
        return { ...y, value }
      },
    }
  },
})

/** Without the keys whose value is undefined, so that they do not hide a preset's. */
const defined = <T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
