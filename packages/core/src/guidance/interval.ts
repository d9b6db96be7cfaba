import * as z from 'zod'
import { isOpen } from '../recipe/window'
import { definePlugin } from './guidance'
import { timed } from './window'

/**
 * Guidance in an interval of noise levels only; elsewhere the scale is 1, d = d_y, and no other pass runs:
 *
 *   s where σ_lo < σ ≤ σ_hi, else 1
 *
 * By default in σ/α, with the paper's values for SDXL. In fractions of the run (`of: 'schedule'`) or of the training
 * timesteps (`of: 'timestep'`) it is from ≤ position < to.
 *
 * Passes: those of the guidance inside, 1 outside.
 */
export const interval = definePlugin({
  name: 'interval',
  version: '1',
  summary: 'Guidance in an interval of noise levels only.',
  formula: 'inner where σ_lo < σ ≤ σ_hi; else d_y',
  source: 'Kynkäänniemi et al. 2024 (arXiv 2404.07724)',
  options: z
    .strictObject({
      from: z.number().min(0).default(0.28).describe('lower end: σ_lo, or a fraction'),
      to: z.number().min(0).default(5.42).describe('upper end: σ_hi, or a fraction'),
      of: z.enum(['sigma', 'schedule', 'timestep']).default('sigma').describe('unit: σ/α, or a fraction of the run'),
    })
    .refine(({ from, to }) => from < to, { message: 'must be above from', path: ['to'] })
    .refine(({ to, of }) => of === 'sigma' || to <= 1, {
      message: 'is a fraction of the run, at most 1',
      path: ['to'],
    }),
  wraps: 1,
  create: ({ from, to, of }, [inner]) =>
    timed(
      inner,
      (at) => (of === 'sigma' ? from < at.sigma && at.sigma <= to : isOpen({ from, to, of }, at)),
      'positive-only',
    ),
})
