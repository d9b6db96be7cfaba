import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { lerp } from '../tensor/arithmetic'
import { exactly } from './apply'
import { rowsOf } from './base'
import type { Condition, Pass } from './condition'
import { definePlugin, type Guidance } from './guidance'
import type { GuidanceStep, StepView } from './step'

/**
 * Auto-guidance: away from what a weaker version of the model predicts under the same condition.
 *
 *   d = d_w + s⁺ (d_y − d_w)
 *
 * The weak prediction is that of a second model, smaller or less trained (`options.models.weak`), or of this model under a
 * poorer condition (role `weak`, e.g. the prompt with less said). (diffusers' guider of that name degrades the
 * unconditional pass; the paper, and this, the conditional one.)
 *
 * Passes: 2, one of them the weak model's; 1 at s⁺ = 1.
 */
export const auto = definePlugin({
  name: 'auto',
  version: '1',
  summary: 'Auto-guidance: away from a weaker model, or a poorer prompt.',
  formula: 'd_w + s⁺ (d_y − d_w)',
  source: 'Karras et al. 2024 (arXiv 2406.02507)',
  options: z.strictObject({
    weak: z
      .enum(['model', 'condition'])
      .default('model')
      .describe("'model': options.models.weak predicts d_w; 'condition': this model under the role 'weak'"),
  }),
  wraps: 0,
  create: ({ weak }): Guidance<'weak'> => {
    const terms = (view: StepView<'weak'>): { y: boolean; w: boolean } => ({ y: view.scale !== 0, w: view.scale !== 1 })
    const weakPass = (step: StepView<'weak'>): Condition | Pass =>
      weak === 'model' ? { condition: step.positive, model: 'weak' } : step.roles.weak[0]
    return {
      space: 'any',
      negatives: false,
      roles: weak === 'condition' ? ['weak'] : [],
      requires: weak === 'model' ? ['model:weak'] : [],
      check: ({ roles }) => {
        if (weak === 'model' || roles.weak?.length === 1) return
        throw new NegError(
          'guidance-unsupported',
          `Guidance 'auto' with weak: 'condition' needs exactly one prompt in the role 'weak' (roles.weak; on the command line --role weak=TEXT); ` +
            `the recipe has ${roles.weak?.length ?? 0}.`,
          { where: 'roles.weak' },
        )
      },
      bounds: (view) => {
        const { y, w } = terms(view)
        if (weak === 'condition' && y && w) return exactly(rowsOf([view.positive, view.roles.weak[0]]))
        return exactly(Number(y) + Number(w))
      },
      guide: async (step: GuidanceStep<'weak'>) => {
        const needs = terms(step)
        if (!needs.w) return (await step.predict(step.positive))[0]
        if (!needs.y) return (await step.predict(weakPass(step)))[0]
        const [y, w] = await step.predict(step.positive, weakPass(step))
        return { ...y, value: lerp(w.value, y.value, step.scale) }
      },
    }
  },
})
