import * as z from 'zod'
import { isOpen } from '../recipe/window'
import { definePlugin } from './guidance'
import { timed } from './window'

/**
 * No guidance at all (d = d_y) in the first part of the run: step / steps < `until`.
 *
 * stable-diffusion-webui has it as `skip_early_cond`, compares with ≤, and so is without guidance at the first step even
 * where it is off; here `until: 0` changes nothing.
 *
 * Passes: 1 in the part that is skipped, then those of the guidance.
 */
export const skipEarly = definePlugin({
  name: 'skip-early',
  version: '1',
  summary: 'No guidance in the first part of the run.',
  formula: 'd_y while step / steps < until; then inner',
  source: 'AUTOMATIC1111 stable-diffusion-webui, skip_early_cond',
  options: z.strictObject({
    until: z.number().min(0).max(1).default(0.1).describe('the fraction of the run without guidance'),
  }),
  wraps: 1,
  create: ({ until }, [inner]) =>
    timed(inner, (at) => until === 0 || !isOpen({ from: 0, to: until, of: 'schedule' }, at), 'positive-only'),
})
