import * as z from 'zod'
import { isOpen, windowSchema } from '../recipe/window'
import { combine, minus, parallel } from '../tensor/arithmetic'
import { definePlugin } from './guidance'
import { laplacianPyramid } from './laplacian-pyramid'
import { pairGuidance } from './pair-guidance'

/** The paper's w_high 10 and w_low 5 for SDXL, as shares of s⁺ − 1 = 9. */
const paperLevels = [
  { factor: 1, parallel: 1 },
  { factor: 4 / 9, parallel: 1 },
]

/**
 * Frequency-decoupled guidance: its own scale for each band k of a Laplacian pyramid 𝓛 (see `laplacianPyramid`), from fine to
 * coarse.
 *
 *   y_k = 𝓛_k(d_y), b_k = 𝓛_k(d_b);   w_k = 1 + (s⁺ − 1) f_k;   g_k = g^⊥ + η_k g^∥ of y_k − b_k with respect to y_k
 *   d = 𝓛⁻¹(b_k + w_k g_k);   where a level's window is closed, y_k
 *
 * Little for coarse structure keeps variety, much for detail sharpens. In x0 as in the paper; without projections (η = 1) the
 * space makes no difference. diffusers takes the raw output (`space: 'network'`), absolute scales, and returns what its
 * pyramid padded.
 *
 * Passes: 2 (3 where a negative's strength is not the usual one); 1 at s⁺ = 1.
 */
export const fdg = definePlugin({
  name: 'fdg',
  version: '1',
  summary: 'Frequency-decoupled guidance: less for coarse structure, more for detail.',
  formula: '𝓛⁻¹(b_k + w_k g_k), w_k = 1 + (s⁺ − 1) f_k',
  source: 'Sadat et al. 2025 (arXiv 2506.19713)',
  options: z.strictObject({
    levels: z
      .array(
        z.strictObject({
          factor: z.number().describe('f: its scale is 1 + (s − 1) f'),
          parallel: z.number().default(1).describe('η: share of the part along d_y'),
          window: windowSchema.optional().describe('when this band is guided; default always'),
        }),
      )
      .min(1)
      .max(8)
      .default(paperLevels)
      .describe('bands from fine to coarse: [{factor, parallel, window}]'),
    space: z
      .enum(['x0', 'network', 'eps', 'v', 'flow'])
      .default('x0')
      .describe("'x0' as the paper, 'network' as diffusers"),
  }),
  wraps: 0,
  create: ({ levels, space }) =>
    pairGuidance(space === 'network' ? 'any' : space, (y, b, { scale, position }) => {
      const [of, base] = [y, b].map((a) => laplacianPyramid(a, levels.length))
      const bands = levels.map(({ factor, parallel: eta, window }, k) => {
        const [yk, bk] = [of.bands[k], base.bands[k]]
        if (!isOpen(window, position)) return yk
        const w = 1 + (scale - 1) * factor
        const g = minus(yk, bk)
        return combine([[bk, 1], [g, w], ...(eta === 1 ? [] : [[parallel(g, yk), w * (eta - 1)] as const])])
      })
      return of.join(bands)
    }),
})
