import * as z from 'zod'
import { combine, dot } from '../tensor/arithmetic'
import { definePlugin } from './guidance'
import { pairGuidance } from './pair-guidance'

/**
 * Tangential damping: of the unconditional prediction only what lies in the direction that it and the conditional one have
 * most in common.
 *
 *   v₁ = first right singular vector of the 2×N matrix [d_y; d_b];   d_b' = ⟨d_b, v₁⟩ v₁;   d = d_b' + s⁺ (d_y − d_b')
 *
 * With (a, b) the first unit eigenvector of the 2×2 Gram matrix, d_b' = a b d_y + b² d_b: no SVD of anything large.
 * In eps, which is the score up to a factor; diffusers takes the raw output (`space: 'network'`).
 *
 * Passes: 2 (3 where a negative's strength is not the usual one); 1 at s⁺ = 1.
 */
export const tcfg = definePlugin({
  name: 'tcfg',
  version: '1',
  summary: 'Tangential damping: the unconditional prediction without what the conditional does not share.',
  formula: "d_b' + s⁺ (d_y − d_b'), d_b' = ⟨d_b, v₁⟩ v₁",
  source: 'Kwon et al. 2025 (arXiv 2503.18137)',
  options: z.strictObject({
    space: z
      .enum(['eps', 'network', 'v', 'x0', 'flow'])
      .default('eps')
      .describe("'eps' as the paper, 'network' as diffusers"),
  }),
  wraps: 0,
  create: ({ space }) =>
    pairGuidance(space === 'network' ? 'any' : space, (y, u, { scale }) => {
      const [a, b] = firstEigenvector(dot(y, y), dot(y, u), dot(u, u))
      return combine([
        [y, scale + (1 - scale) * a * b],
        [u, (1 - scale) * b * b],
      ])
    }),
})

/** The unit eigenvector of [[p, q], [q, r]] with the larger eigenvalue. */
function firstEigenvector(p: number, q: number, r: number): [number, number] {
  const angle = Math.atan2(2 * q, p - r) / 2
  return [Math.cos(angle), Math.sin(angle)]
}
