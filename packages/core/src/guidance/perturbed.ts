import * as z from 'zod'
import type { Json } from '../json/json'
import type { Requirement } from '../model/requirement'
import { withValue } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import { applyAfterStep, applyGuidance, boundsOf } from './apply'
import type { Guidance, StepGuidance } from './guidance'
import { withPositive } from './rescale'
import { refuseSplit, single, wrap } from './wrap'

/** Which layers an attention edit changes, as options of a guidance have it. */
export const layersOption = z
  .union([z.enum(['mid', 'down', 'up', 'all']), z.array(z.string())])
  .default('mid')
  .describe(
    "layers: 'mid' (the middle block; of a transformer the middle third), 'down', 'up', 'all', or beginnings of module names",
  )

/**
 * Another guidance, pushed away from what the network makes of the prompt with its self-attention spoilt:
 *
 *   d = inner + s (d_y − d_y')
 *
 * Passes: those of the guidance inside, the positive where it has none, and the spoilt one.
 */
export function perturbed(name: string, scale: number, options: Json, inner: Guidance<string>): StepGuidance<string> {
  refuseSplit(name, inner)
  const edit = { name, options }
  const need: Requirement = `attention.edit:${name}`
  return {
    ...wrap(inner),
    requires: [...(inner.requires ?? []), need],
    space: 'any',
    bounds: (view) => {
      if (scale === 0) return boundsOf(inner, view)
      const [min, max] = withPositive(inner, view)
      // One inside another, with the same layers, asks for the same pass.
      return [min + (inner.requires?.includes(need) ? 0 : 1), max + 1]
    },
    guide: async (step) => {
      if (scale === 0) return applyGuidance(inner, step)
      const [guided, [y, spoilt]] = await Promise.all([
        applyGuidance(inner, step),
        step.predict(step.positive, { condition: step.positive, edit }),
      ])
      const d = single(name, guided, y.space)
      return withValue(
        d,
        combine([
          [d.value, 1],
          [y.value, scale],
          [spoilt.value, -scale],
        ]),
      )
    },
    afterStep: (step, next) => applyAfterStep(inner, step, next),
  }
}
