import * as z from 'zod'
import { convert, type Level } from '../prediction/prediction'
import { lerp } from '../tensor/arithmetic'
import { exactly } from './apply'
import { baseTerms, conditionsOf, rowsOf } from './base'
import { definePlugin } from './guidance'

/** The paper's λ 0.2, 0.4, 0.6, 0.8, 1 stand for scales of about 2, 5, 7.5, 9, 12.5. */
const scaleOfOne = 12.5

/**
 * The scale of classifier-free guidance that a first-order step with CFG++'s λ amounts to between two noise levels:
 * w = λ α' σ / (α' σ − σ' α). It is large at first and falls to λ.
 */
export const effectiveScale = (lambda: number, { alpha, sigma }: Level, next: Level): number =>
  (lambda * next.alpha * sigma) / (next.alpha * sigma - next.sigma * alpha)

/**
 * CFG++: the clean image guided between d_b and d_y (never beyond), and noised again in the direction of the base alone, so
 * that the path stays where the model knows it.
 *
 *   x0_λ = x0_b + λ (x0_y − x0_b),   x' = α' x0_λ + σ' n_b,   λ in [0, 1]
 *
 * with α', σ' of the level that the step ends at, and n_b the noise that d_b predicts. Needs a scheduler that takes the
 * two apart. Without `lambda` it is scale / 12.5, the paper's correspondence (7.5 ↔ 0.6),
 * kept within [0, 1]: scales beyond 12.5 guide no further.
 *
 * Passes: 2 (3 where a negative's strength is not the usual one).
 */
export const cfgPlusPlus = definePlugin({
  name: 'cfg-plus-plus',
  version: '1',
  summary: 'CFG++: the clean image interpolated, re-noised without guidance.',
  formula: 'x0_b + λ (x0_y − x0_b), re-noised with n_b',
  source: 'Chung et al. 2024 (arXiv 2406.08070)',
  options: z.strictObject({
    lambda: z.number().min(0).max(1).optional().describe('λ; default scale / 12.5, at most 1'),
  }),
  wraps: 0,
  create: ({ lambda }) => ({
    space: 'any' as const,
    negatives: true,
    requires: ['scheduler.split' as const],
    bounds: (view) => exactly(rowsOf([view.positive, ...conditionsOf(baseTerms(view))])),
    guide: async (step) => {
      const [[y], b] = await Promise.all([step.predict(step.positive), step.linear(baseTerms(step))])
      const guided = {
        ...y,
        value: lerp(b.value, y.value, lambda ?? Math.min(Math.max(step.scale / scaleOfOne, 0), 1)),
      }
      return { x0: convert(guided, 'x0'), noise: convert(b, 'eps') }
    },
  }),
})
