import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { lerp } from '../tensor/arithmetic'
import { exactly } from './apply'
import { rowsOfTerms } from './base'
import type { Condition, Pass } from './condition'
import { definePlugin } from './guidance'
import type { StepView } from './step'
import type { Term } from './terms'

/** The negative that acts at a step: one whose window is open. */
const acting = ({ negatives: [negative] }: StepView<string>): Condition | undefined =>
  negative?.open ? negative : undefined

const plain = ({ positive, null: unconditional, scale }: StepView<string>): Term[] => [
  [positive, scale],
  [unconditional, 1 - scale],
]

/**
 * Normalized attention guidance: the negative acts inside the cross-attention of the positive pass,
 *
 *   Z̃ = φ Z₊ − (φ − 1) Z₋,  Ẑ = Z̃ min(R, τ)/R with R = ‖Z̃‖₁/‖Z₊‖₁,  Z = α Ẑ + (1 − α) Z₊
 *
 * in every layer, Z₊ and Z₋ what the picture attends to in the prompt and in the negative. What comes of it is d_y in
 * classifier-free guidance, d = d_∅ + s (d_y − d_∅). It takes no pass of its own: negatives on few-step and
 * guidance-distilled models, at s = 1. In a transformer, where text and picture are one sequence, Z is the picture's part of it, and the
 * negative's text goes through the network beside the prompt's: the call has a row more.
 *
 * One negative; where its window is closed, and without one, nothing is pushed away. Needs `attention.edit:nag`.
 *
 * Passes: 2; 1 at s = 1.
 */
export const nag = definePlugin({
  name: 'nag',
  version: '1',
  summary: 'The negative acts inside attention: one pass, also on guidance-distilled models.',
  formula: 'd_∅ + s (d_y − d_∅), in d_y: Z = α Z̃ min(R, τ)/R + (1 − α) Z₊, Z̃ = φ Z₊ − (φ − 1) Z₋',
  source: 'Chen et al. 2025 (arXiv 2505.21179)',
  options: z.strictObject({
    scale: z
      .number()
      .min(1)
      .default(5)
      .describe('φ: how far attention is pushed away from the negative; 1 is not at all'),
    tau: z.number().min(1).default(2.5).describe('τ: how much larger than before it may become'),
    alpha: z.number().min(0).max(1).default(0.5).describe('α: how much of it is mixed in; 0 is nothing'),
  }),
  wraps: 0,
  create: ({ scale: phi, tau, alpha }) => ({
    space: 'any',
    negatives: true,
    inNetwork: true,
    requires: ['attention.edit:nag'],
    check: ({ negatives }) => {
      const refuse = (what: string) => {
        throw new NegError('guidance-unsupported', `nag ${what}; its strength is the guidance's own scale and alpha.`, {
          where: 'negatives',
        })
      }
      if (negatives.length > 1) refuse(`takes no more than one negative (${negatives.length} given): name both in one`)
      if (negatives[0]?.scale !== undefined) refuse('does not take a strength of the negative’s own')
      if (negatives[0]?.outside) refuse('does not take `outside`')
    },
    bounds: (view) => exactly(acting(view) ? (view.scale === 0 || view.scale === 1 ? 1 : 2) : rowsOfTerms(plain(view))),
    guide: async (step) => {
      const negative = acting(step)
      if (!negative || step.scale === 0) return step.linear(plain(step))
      const pushed: Pass = {
        condition: step.positive,
        edit: { name: 'nag', options: { scale: phi, tau, alpha }, against: negative.conditioning },
      }
      if (step.scale === 1) return (await step.predict(pushed))[0]
      const [y, u] = await step.predict(pushed, step.null)
      return { ...y, value: lerp(u.value, y.value, step.scale) }
    },
  }),
})
