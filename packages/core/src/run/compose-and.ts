import { NegError } from '../errors/neg-error'
import { andParts } from '../prompt/and'
import { withoutNetworks } from '../prompt/extra-networks'
import type { ConceptSpec, GuidanceSpec, Recipe } from '../recipe/recipe'
import type { Scalar } from '../recipe/scalar'

/** Guidances that say nothing which composing would change. */
const composable = new Set(['general', 'negative-prompt', 'composition'])

/**
 * Takes the `AND` of an AUTOMATIC1111 prompt apart: its first part is the prompt, the others are concepts of guidance
 * `composition`, each with its weight,
 *
 *   d = d_n + Σ_i w_i s (d_i − d_n)
 *
 * with the negative in the place of null, as there: a negative's default strength is (s Σw − 1)/K. The recipe that comes out
 * has no `AND` left, so its record draws the same.
 *
 * Source: stable-diffusion-webui, modules/sd_samplers_cfg_denoiser.py, combine_denoised.
 * @throws `guidance-unsupported` for a guidance that has no place for more than one prompt
 */
export function composeAnd(recipe: Recipe): Recipe {
  if (recipe.syntax !== 'a1111') return recipe
  // What follows a colon in <lora:film:0.7> is no weight of the prompt.
  const parts = andParts(withoutNetworks(recipe.prompt).text)
  const [first, ...others] = parts
  if (others.length === 0 && first.weight === 1) return recipe
  const total = parts.reduce((sum, { weight }) => sum + weight, 0)
  const strength = affine(recipe.scale, total / recipe.negatives.length, -1 / recipe.negatives.length)
  const concepts = others.map(({ text, weight }): ConceptSpec => ({ text, scale: weight, outside: 0 }))
  return {
    ...recipe,
    prompt: networksFirst(recipe.prompt, first.text),
    roles: { ...recipe.roles, concept: [...(recipe.roles.concept ?? []), ...concepts] },
    guidance: composed(recipe.guidance, first.weight),
    negatives: recipe.negatives.map((negative) => ({ scale: strength, ...negative })),
  }
}

/** The names of extra networks stay with the prompt, so that what is said of them is said again of the record. */
const networksFirst = (prompt: string, text: string): string => [...withoutNetworks(prompt).networks, text].join('')

/** a s + b of a number or of every value of a curve: interpolation keeps it. */
const affine = (s: Scalar, a: number, b: number): Scalar =>
  typeof s === 'number' ? a * s + b : { ...s, points: s.points.map(([p, value]) => [p, a * value + b]) }

/** The guidance with `composition` in the place of what it combines prompts by. */
function composed(spec: GuidanceSpec, weight: number): GuidanceSpec {
  if (spec.of !== undefined && spec.of.length > 0) {
    return { ...spec, of: spec.of.map((inner) => composed(inner, weight)) }
  }
  if (!composable.has(spec.name)) {
    throw new NegError(
      'guidance-unsupported',
      `The prompt's AND, or the weight that it ends in, composes several prompts, which guidance '${spec.name}' has no place for. ` +
        "Use 'general' or 'composition', or leave them out.",
      { where: 'prompt' },
    )
  }
  const options = spec.name === 'composition' ? spec.options : {}
  return { name: 'composition', options: { ...options, ...(weight === 1 ? {} : { promptWeight: weight }) } }
}
