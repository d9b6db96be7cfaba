import { isObject, jsonObject, recipeOfFields, restOf } from './foreign-fields'
import type { ForeignReader } from './foreign-reader'
import { samplerOf } from './samplers'

const known = new Set([
  ...['prompt', 'negativeprompt', 'steps', 'cfgscale', 'seed', 'width', 'height', 'sampler', 'scheduler', 'model'],
  ...[
    'aspectratio',
    'sidelength',
    'swarm_version',
    'date',
    'generation_time',
    'images',
    'wildcardseed',
    'imageformat',
    'vae',
  ],
])

/**
 * SwarmUI's `parameters`: JSON with `sui_image_params`. Its prompts are ComfyUI's: weights in round brackets.
 *
 * Source: mcmonkeyprojects/SwarmUI, src/Text2Image/T2IParamInput.cs, GenMetadataObject.
 */
export const swarmRecipe: ForeignReader = ({ parameters }) => {
  const params = jsonObject(parameters)?.sui_image_params
  if (!isObject(params)) return undefined
  return recipeOfFields('SwarmUI', {
    prompt: params.prompt,
    negative: params.negativeprompt,
    steps: params.steps,
    scale: params.cfgscale,
    seed: params.seed,
    width: params.width,
    height: params.height,
    sampler: samplerOf(params.sampler, params.scheduler),
    syntax: 'a1111',
    model: params.model,
    rest: restOf(params, known),
  })
}
