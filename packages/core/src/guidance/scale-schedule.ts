import * as z from 'zod'
import { applyAfterStep, applyGuidance, boundsOf } from './apply'
import type { Condition } from './condition'
import { definePlugin, type Guidance } from './guidance'
import { betaCurve, clampedLinear, poweredCosine, scaleCurves } from './scale-curves'
import type { StepView } from './step'
import { type ViewChange, withView } from './with-view'
import { wrap } from './wrap'

const options = z.strictObject({
  curve: z
    .enum([
      'constant',
      'linear',
      'falling',
      'cosine',
      'sine',
      'triangle',
      'valley',
      'beta',
      'powered-cosine',
      'clamped-linear',
    ])
    .default('linear')
    .describe('the shape over the run; each has mean 1 (clamped-linear more)'),
  a: z.number().positive().default(2).describe('beta: first parameter'),
  b: z.number().positive().default(2).describe('beta: second parameter'),
  power: z.number().positive().default(2).describe('powered-cosine: exponent of progress'),
  floor: z.number().min(0).default(0.5).describe('clamped-linear: lowest value'),
})

/** The curve that options name. */
export function scaleCurve({ curve, a, b, power, floor }: z.output<typeof options>): (progress: number) => number {
  if (curve === 'beta') return betaCurve(a, b)
  if (curve === 'powered-cosine') return poweredCosine(power)
  if (curve === 'clamped-linear') return clampedLinear(floor)
  return scaleCurves[curve]
}

/**
 * Another guidance with all its strengths following a curve over the run:
 *
 *   s⁺ → 1 + (s⁺ − 1) c(p),   s⁻ → s⁻ c(p),   w → w c(p),   p = (step + ½) / steps
 *
 * c = 0 is d_y alone, c = 1 the guidance as it is. A curve of the recipe's `scale` or of a negative's own `scale` changes one
 * strength alone; this changes all of them in step.
 *
 * Passes: those of the guidance inside; 1 where c is 0.
 */
export const scaleSchedule = definePlugin({
  name: 'scale-schedule',
  version: '1',
  summary: 'Another guidance with its strength following a curve over the run.',
  formula: 's⁺ → 1 + (s⁺ − 1) c(p), s⁻ → s⁻ c(p)',
  source: 'Wang et al. 2024 (arXiv 2404.13040); β-CFG: Malarz et al. 2025 (arXiv 2502.10574)',
  options,
  wraps: 1,
  create: (chosen, [inner]): Guidance<string> => {
    const curve = scaleCurve(chosen)
    const change = (view: StepView<string>): ViewChange<string> => {
      const c = curve((view.step + 0.5) / view.steps)
      const scaled = (condition: Condition): Condition => ({ ...condition, weight: condition.weight * c })
      return {
        scale: 1 + (view.scale - 1) * c,
        negatives: view.negatives.map(scaled),
        roles: Object.fromEntries(Object.entries(view.roles).map(([role, list]) => [role, list.map(scaled)])),
      }
    }
    return {
      ...wrap(inner),
      space: 'any',
      bounds: (view) => boundsOf(inner, { ...view, ...change(view) }),
      guide: (step) => applyGuidance(inner, withView(step, change)),
      afterStep: (step, next) => applyAfterStep(inner, withView(step, change), next),
    }
  },
})
