import * as z from 'zod'
import { dot, minus } from '../tensor/arithmetic'
import { exactly } from './apply'
import { activeNegatives, rowsOf, rowsOfTerms } from './base'
import type { Condition } from './condition'
import { definePlugin } from './guidance'
import type { GuidanceStep, StepView } from './step'
import { effectiveTerms, type Term } from './terms'

/**
 * Dynamic negative guidance: each negative as strong as it is probable that the picture shows it, by Bayes' rule along the
 * way.
 *
 *   λ_i = s⁻_i p_i / (1 − p_i);   d = d_∅ + s⁺ (d_y − d_∅) − Σ_i λ_i (d_{n_i} − d_∅)
 *   after the step: p ← clamp(p exp{[−τ (‖x' − μ_n‖² − ‖x' − μ_∅‖²) + o] / (2 σ̃²)}, p_min, p_max)
 *
 * μ_n, μ_∅ and σ̃² are those of the scheduler's own transition from x to x' if d_n or d_∅ were the prediction, so it needs
 * a scheduler whose steps are random. The posterior of a negative stands still while its window is closed. The published
 * run has λ = 5, prior 0.01, τ 0.2, o 2e-4 and p_max 0.8 on 1,000 steps; o counts once a step, so fewer steps want more of it.
 *
 * Passes: positive, and for each negative that acts null and the negative itself.
 */
export const dynamicNegative = definePlugin({
  name: 'dynamic-negative',
  version: '1',
  summary: 'Dynamic negative guidance: a negative as strong as the picture probably shows it.',
  formula: 'd_∅ + s⁺ (d_y − d_∅) − Σ s⁻ p/(1 − p) (d_n − d_∅), p the posterior of n',
  source: 'Koulischer et al. 2024 (arXiv 2410.14398)',
  options: z
    .strictObject({
      prior: z.number().gt(0).lt(1).default(0.01).describe('p before the first step'),
      temperature: z
        .number()
        .min(0)
        .default(0.2)
        .describe('τ: how much a step counts; 1 is Bayes’ rule, 0 keeps the prior'),
      offset: z.number().default(0).describe('o: what speaks for the negative in each step, whatever is seen'),
      min: z.number().gt(0).lt(1).default(1e-6).describe('p_min'),
      max: z.number().gt(0).lt(1).default(0.8).describe('p_max: caps λ at s⁻ p_max/(1 − p_max)'),
    })
    .refine(({ min, max }) => min < max, { message: 'must be above min', path: ['max'] }),
  wraps: 0,
  create: ({ prior, temperature, offset, min, max }) => {
    const posterior = (step: GuidanceStep<string>, { index }: Condition) =>
      step.memory(`posterior/${index}`, () => Math.min(Math.max(prior, min), max))
    const needed = (view: StepView<string>) => {
      const active = activeNegatives(view)
      if (active.length > 0) return rowsOf([view.positive, view.null, ...active])
      return rowsOfTerms(terms(view, []))
    }
    return {
      space: 'any' as const,
      negatives: true,
      requires: ['scheduler.transition' as const],
      bounds: (view) => exactly(needed(view)),
      guide: async (step) => {
        const active = activeNegatives(step)
        const strengths = active.map((negative): Term => {
          const p = posterior(step, negative).value
          return [negative, (negative.weight * p) / (1 - p)]
        })
        // All of them are predicted, whatever the coefficients: afterStep weighs null against each negative.
        const all = active.length > 0 ? step.predict(step.positive, step.null, ...active) : undefined
        const [guided] = await Promise.all([step.linear(terms(step, strengths)), all])
        return guided
      },
      afterStep: async (step, next) => {
        const active = activeNegatives(step)
        const { transition } = step
        if (active.length === 0 || !transition) return
        const [u, ...ns] = await step.predict(step.null, ...active)
        const from = (p: typeof u) => {
          const { mean, variance } = transition(p)
          const off = minus(next, mean)
          return { distance: dot(off, off), variance }
        }
        const { distance: toNull, variance } = from(u)
        // The last step may be without noise: nothing can be learnt from it.
        if (variance === 0) return
        ns.forEach((n, i) => {
          const cell = posterior(step, active[i])
          const evidence = (-temperature * (from(n).distance - toNull) + offset) / (2 * variance)
          cell.value = Math.min(Math.max(Math.exp(Math.log(cell.value) + evidence), min), max)
        })
      },
    }
  },
})

/** The general form with the negatives' strengths as given. */
function terms({ positive, null: unconditional, scale }: StepView<string>, strengths: readonly Term[]): Term[] {
  const against = strengths.reduce((sum, [, strength]) => sum + strength, 0)
  return effectiveTerms([
    [positive, scale],
    [unconditional, 1 - scale + against],
    ...strengths.map(([negative, strength]): Term => [negative, -strength]),
  ])
}
