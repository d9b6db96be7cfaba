import { isObject, jsonObject, recipeOfFields, restOf } from './foreign-fields'
import type { ForeignReader } from './foreign-reader'
import { samplerOf } from './samplers'

const known = new Set([
  ...[
    'prompt',
    'uc',
    'steps',
    'scale',
    'seed',
    'width',
    'height',
    'sampler',
    'noise_schedule',
    'cfg_rescale',
    'v4_prompt',
  ],
  ...['v4_negative_prompt', 'n_samples', 'version', 'signed_hash', 'request_type', 'uncond_scale', 'legacy_v3_extend'],
  ...['params_version', 'legacy', 'noise', 'strength', 'extra_noise_seed'],
])

/** A version-4 prompt: its own caption, and those of its characters. */
function captionOf(prompt: unknown): string | undefined {
  const caption = isObject(prompt) ? prompt.caption : undefined
  if (!isObject(caption) || typeof caption.base_caption !== 'string') return undefined
  const characters = Array.isArray(caption.char_captions) ? caption.char_captions : []
  const texts = characters.map((one) => (isObject(one) ? one.char_caption : undefined))
  return [caption.base_caption, ...texts].filter((text) => typeof text === 'string' && text !== '').join(', ')
}

/**
 * NovelAI's texts: `Software`, and JSON in `Comment`. Its service's source is not public: the fields are those of its pictures, as
 * readers of them (stable-diffusion-prompt-reader, stable-diffusion-webui's modules/images.py, read_info_from_image) have them.
 */
export const novelaiRecipe: ForeignReader = ({
  Software: software,
  Comment: comment,
  Source: source,
  Description: description,
}) => {
  if (software !== 'NovelAI') return undefined
  const fields = jsonObject(comment)
  if (!fields) return undefined
  const prompt = captionOf(fields.v4_prompt) || fields.prompt || description
  const negative = captionOf(fields.v4_negative_prompt) || fields.uc
  const rescale = Number(fields.cfg_rescale ?? 0)
  const weighted = [prompt, negative].some((text) => /[{}[\]]|\d::/.test(String(text ?? '')))
  return recipeOfFields('NovelAI', {
    prompt,
    negative,
    steps: fields.steps,
    scale: fields.scale,
    seed: fields.seed,
    width: fields.width,
    height: fields.height,
    sampler: samplerOf(String(fields.sampler ?? '').replace(/^k_/, ''), fields.noise_schedule),
    model: source,
    ...(rescale > 0 && rescale <= 1 ? { guidance: { name: 'rescale', options: { phi: rescale } } } : {}),
    rest: restOf(fields, known),
    notes: weighted ? ["Its prompt has NovelAI's weights ({x}, [x], 1.2::x::), which are read as words."] : [],
  })
}
