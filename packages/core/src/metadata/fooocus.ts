import { parametersRecipe } from './a1111'
import { jsonObject, recipeOfFields, restOf } from './foreign-fields'
import type { ForeignReader } from './foreign-reader'
import { samplerOf } from './samplers'

const known = new Set([
  ...[
    'prompt',
    'negative_prompt',
    'full_prompt',
    'full_negative_prompt',
    'styles',
    'steps',
    'resolution',
    'guidance_scale',
  ],
  ...[
    'sampler',
    'scheduler',
    'seed',
    'base_model',
    'base_model_hash',
    'performance',
    'vae',
    'version',
    'metadata_scheme',
  ],
  ...['created_by', 'prompt_expansion'],
])

const joined = (full: unknown, plain: unknown): unknown =>
  Array.isArray(full) && full.length > 0 && full.every((part) => typeof part === 'string') ? full.join(', ') : plain

/**
 * Fooocus' `parameters`: JSON (scheme `fooocus`), or AUTOMATIC1111's text (scheme `a1111`). The prompt is the full one, to which its
 * styles have been added.
 *
 * Source: lllyasviel/Fooocus, modules/meta_parser.py, FooocusMetadataParser and A1111MetadataParser.
 */
export const fooocusRecipe: ForeignReader = ({ parameters, fooocus_scheme: scheme }) => {
  if (parameters === undefined) return undefined
  if (scheme === 'a1111') return parametersRecipe('Fooocus', parameters)
  const fields = jsonObject(parameters)
  if (!fields || (scheme !== 'fooocus' && !('full_prompt' in fields && 'guidance_scale' in fields))) return undefined
  const [, width, height] = /^\(\s*(\d+),\s*(\d+)\s*\)$/.exec(String(fields.resolution)) ?? []
  return recipeOfFields('Fooocus', {
    prompt: joined(fields.full_prompt, fields.prompt),
    negative: joined(fields.full_negative_prompt, fields.negative_prompt),
    steps: fields.steps,
    scale: fields.guidance_scale,
    seed: fields.seed,
    width,
    height,
    sampler: samplerOf(fields.sampler, fields.scheduler),
    syntax: 'a1111',
    model: fields.base_model,
    rest: restOf(fields, known),
  })
}
