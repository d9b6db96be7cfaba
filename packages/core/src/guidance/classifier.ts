import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import type { Guided } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { applyAfterStep, applyGuidance, boundsOf } from './apply'
import { definePlugin, type Guidance, type GuidancePlugin, type StepGuidance } from './guidance'
import { saysNothing } from './network-step'
import type { GuidanceStep } from './step'
import { refuseSplit, single, wrap } from './wrap'

/** ∇_x log p at a step: [C, h, w], with respect to x in the model's parameterisation. */
export type LogGradient = (step: GuidanceStep<string>) => Tensor | Promise<Tensor>

/** `inner` moved along a gradient: eps − s σ_t ∇_x log p. */
function along(inner: Guidance<string>, strength: number, gradient: LogGradient): StepGuidance<string> {
  refuseSplit('classifier', inner)
  return {
    ...wrap(inner),
    space: 'eps',
    bounds: (view) => boundsOf(inner, view),
    guide: async (step): Promise<Guided> => {
      if (strength === 0 || saysNothing(step.level)) return applyGuidance(inner, step)
      const [guided, slope] = await Promise.all([applyGuidance(inner, step), gradient(step)])
      const eps = single('classifier', guided, 'eps')
      return {
        ...eps,
        value: combine([
          [eps.value, 1],
          [slope, -strength * step.level.sigma],
        ]),
      }
    },
    afterStep: (step, next) => applyAfterStep(inner, step, next),
  }
}

/**
 * Classifier guidance on top of another guidance: towards what a classifier of noisy latents sees of the target, or away.
 *
 *   eps = inner − s σ_t ∇_x log p(target | x_t)
 *
 * `target` names attributes of the model's classifier, 1 for wanted and −1 for unwanted: log p is the sum over them of
 * log p(attribute), or log(1 − p(attribute)). In pure noise (α = 0) there is nothing to see: there the guidance inside
 * acts alone. Needs a classifier in the model folder (`gradient:latent-classifier`).
 *
 * Passes: those of the guidance inside; and one classifier call, which is no pass of the denoiser.
 */
export const classifier = definePlugin({
  name: 'classifier',
  version: '1',
  summary: 'Classifier guidance on top of another: named attributes wanted or unwanted.',
  formula: 'eps − s σ_t ∇_x log p(target | x_t)',
  source: 'Dhariwal & Nichol 2021 (arXiv 2105.05233)',
  options: z.strictObject({
    target: z
      .record(z.string(), z.union([z.literal(1), z.literal(-1)]))
      .refine((target) => Object.keys(target).length > 0, { message: 'names no attribute' })
      .describe('attribute → 1 (wanted) or −1 (unwanted)'),
    strength: z.number().default(1).describe('s: strength of the classifier, apart from the recipe’s scale'),
    network: z
      .string()
      .min(1)
      .default('latent-classifier')
      .describe('name of the gradient network in the model folder'),
  }),
  example: { target: { glasses: -1 } },
  wraps: 1,
  create: ({ target, strength, network }, [inner]) => {
    const guidance = along(inner, strength, (step) => step.gradient(network, target))
    return { ...guidance, requires: [...(inner.requires ?? []), `gradient:${network}` as const] }
  },
})

/**
 * Classifier guidance by a function of one's own: ∇_x log p of anything differentiable, in the model's parameterisation.
 * Give the plug-in to `options.plugins` and name it in the recipe; what it does is not in the record, which says so.
 *
 * @example
 * const centred = classifierGuidance('centred', (step) => times(-1, step.x))
 * generate(model, { prompt, guidance: { name: 'centred', options: { strength: 2 } } }, { plugins: [centred] })
 *
 * @throws `plugin-failed` at the first step if the gradient has another shape than x.
 */
export function classifierGuidance(name: string, gradient: LogGradient): GuidancePlugin<{ strength: number }, string> {
  return definePlugin({
    name,
    version: '1',
    summary: 'Classifier guidance by a function of the program.',
    formula: 'eps − s σ_t ∇_x log p(x_t)',
    source: 'Dhariwal & Nichol 2021 (arXiv 2105.05233)',
    options: z.strictObject({ strength: z.number().default(1).describe('s: strength of the gradient') }),
    wraps: 1,
    create: ({ strength }, [inner]) =>
      along(inner, strength, async (step) => {
        const slope = await gradient(step)
        if (slope.shape.join() !== step.x.shape.join()) {
          throw new NegError(
            'plugin-failed',
            `The gradient of guidance '${name}' has shape [${slope.shape}]; x has [${step.x.shape}].`,
          )
        }
        return slope
      }),
  })
}
