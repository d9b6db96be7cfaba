import { definePlugin, effectiveTerms, exactly, generalTerms, rowsOf } from '@neg/core/guidance'
import { norm, times } from '@neg/core/tensor'
import * as z from 'zod'

/**
 * Renormalised guidance: the general form, made no larger than ρ times the positive prediction.
 *
 *   d = d_∅ + s⁺ (d_y − d_∅) − Σ s⁻ (d_n − d_∅);   d min(1, ρ ‖d_y‖ / ‖d‖)
 *
 * In the network's own space. Source: the CFG renormalisation of Lumina-Image 2.0 and Z-Image.
 *
 * Passes: those of the general form, and the positive where it has none.
 */
export const renorm = definePlugin({
  name: 'renorm',
  version: '1',
  summary: 'The general form, never larger than the positive prediction.',
  formula: 'd min(1, ρ ‖d_y‖/‖d‖), d = general',
  source: 'Lumina-Image 2.0 (arXiv 2503.21758)',
  options: z.strictObject({
    rho: z.number().positive().default(1).describe('ρ: largest norm, as a share of the positive prediction’s'),
  }),
  wraps: 0,
  create: ({ rho }) => ({
    space: 'any',
    negatives: true,
    bounds: (view) => {
      const needed = effectiveTerms(generalTerms(view)).map(([condition]) => condition)
      return exactly(rowsOf([view.positive, ...needed]))
    },
    guide: async (step) => {
      const [[y], d] = await Promise.all([step.predict(step.positive), step.linear(generalTerms(step))])
      const [size, limit] = [norm(d.value), rho * norm(y.value)]
      return size > limit ? { ...d, value: times(limit / size, d.value) } : d
    },
  }),
})
