import * as z from 'zod'
import { combine, minus, norm, parallel, times } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { definePlugin } from './guidance'
import { pairGuidance } from './pair-guidance'

/**
 * The paper's norm caps of SDXL (15 at 4×128×128) and SD 2.1 (7.5 at 4×64×64) are this many times √(number of values):
 * what `auto` means at any latent size.
 */
const capPerRoot = 15 / Math.sqrt(4 * 128 * 128)

/**
 * Adaptive projected guidance: momentum, a cap on the norm, and less of what only lengthens d_y.
 *
 *   g = d_y − d_b;   m ← g + β m, g = m;   g ← g min(1, r/‖g‖);   g = g^∥ + g^⊥ with respect to d_y
 *   d = d_y + (s⁺ − 1) (g^⊥ + η g^∥)
 *
 * Computed in x0 as in the paper; `space: 'network'` with `base: 'unconditional'`, d_b + s⁺ (…), is diffusers'
 * `AdaptiveProjectedGuidance`, which takes the raw output. d_b is d_∅, or d_n where a negative acts (see docs).
 * The momentum advances once per scheduler step.
 *
 * Passes: 2 (3 where a negative's strength is not the usual one); 1 at s⁺ = 1.
 */
export const apg = definePlugin({
  name: 'apg',
  version: '1',
  summary: 'Adaptive projected guidance: high scales without saturation.',
  formula: 'd_y + (s⁺ − 1) (g^⊥ + η g^∥), g = d_y − d_b with momentum β and ‖g‖ ≤ r',
  source: 'Sadat et al. 2024 (arXiv 2410.02416)',
  options: z.strictObject({
    eta: z.number().default(0).describe('share of the part of the guidance along d_y'),
    norm: z
      .union([z.number().positive(), z.enum(['auto', 'none'])])
      .default('auto')
      .describe("largest norm r of the guidance; 'auto' is the paper's, by latent size; 'none' no cap"),
    momentum: z.number().gt(-1).lt(1).default(-0.5).describe('β: share of the last step’s guidance; 0 is none'),
    space: z
      .enum(['x0', 'network', 'eps', 'v', 'flow'])
      .default('x0')
      .describe("'x0' as the paper, 'network' as diffusers"),
    base: z
      .enum(['positive', 'unconditional'])
      .default('positive')
      .describe("'positive': d_y + (s − 1) g, as the paper; 'unconditional': d_b + s g, as diffusers"),
  }),
  wraps: 0,
  create: ({ eta, norm: cap, momentum, space, base }) =>
    pairGuidance(space === 'network' ? 'any' : space, (y, b, step) => {
      const g = capped(withMomentum(minus(y, b)), cap)
      const along = parallel(g, y)
      const push = combine([
        [g, 1],
        [along, eta - 1],
      ])
      return base === 'positive'
        ? combine([
            [y, 1],
            [push, step.scale - 1],
          ])
        : combine([
            [b, 1],
            [push, step.scale],
          ])

      function withMomentum(difference: Tensor): Tensor {
        if (momentum === 0) return difference
        const running = step.memory<Tensor | undefined>('running', () => undefined)
        const last = running.value
        const sum = last
          ? combine([
              [difference, 1],
              [last, momentum],
            ])
          : difference
        running.value = sum
        return sum
      }
    }),
})

/** `g` shortened to the cap. */
function capped(g: Tensor, cap: number | 'auto' | 'none'): Tensor {
  if (cap === 'none') return g
  const r = cap === 'auto' ? capPerRoot * Math.sqrt(g.data.length) : cap
  const size = norm(g)
  return size > r ? times(r / size, g) : g
}
