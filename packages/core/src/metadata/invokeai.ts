import { isObject, jsonObject, recipeOfFields, restOf } from './foreign-fields'
import type { ForeignReader } from './foreign-reader'
import { samplerOf } from './samplers'

const known = new Set([
  ...['positive_prompt', 'negative_prompt', 'steps', 'cfg_scale', 'cfg_rescale_multiplier', 'seed', 'width', 'height'],
  ...['scheduler', 'rand_device', 'model', 'app_version', 'vae', 'positive_style_prompt', 'negative_style_prompt'],
])

/** compel's weights: `word++`, `(two words)1.2`. */
const compel = /[\p{L}\p{N})](?:\+{1,}|-{2,})(?=[\s,.)]|$)|\)[\d.]+/u

/**
 * InvokeAI's `invokeai_metadata` (3.0 and later). Its schedulers are diffusers', `_k` with Karras' sigmas.
 *
 * Source: invoke-ai/InvokeAI, invokeai/app/invocations/metadata.py, CoreMetadataInvocation.
 */
export const invokeRecipe: ForeignReader = ({ invokeai_metadata: text }) => {
  const fields = jsonObject(text)
  if (!fields) return undefined
  const [, sampler = '', karras] = /^(.*?)(_k)?$/.exec(String(fields.scheduler ?? '')) ?? []
  const rescale = Number(fields.cfg_rescale_multiplier ?? 0)
  const model = isObject(fields.model) ? (fields.model.name ?? fields.model.model_name) : undefined
  const weighted = [fields.positive_prompt, fields.negative_prompt].some((one) => compel.test(String(one ?? '')))
  const txt2img = /txt2img$/.test(String(fields.generation_mode ?? '')) ? ['generation_mode'] : []
  const clipSkip = fields.clip_skip === 0 ? ['clip_skip'] : []
  return recipeOfFields('InvokeAI', {
    prompt: fields.positive_prompt,
    negative: fields.negative_prompt,
    steps: fields.steps,
    scale: fields.cfg_scale,
    seed: fields.seed,
    width: fields.width,
    height: fields.height,
    sampler: samplerOf(sampler, karras ? 'karras' : ''),
    generator: fields.rand_device === 'cuda' ? 'cuda' : 'cpu',
    model,
    ...(rescale > 0 && rescale <= 1 ? { guidance: { name: 'rescale', options: { phi: rescale } } } : {}),
    rest: restOf(fields, new Set([...known, ...txt2img, ...clipSkip])),
    notes: weighted ? ["Its prompt has compel's weights (word++, (words)1.2), which are read as words."] : [],
  })
}
