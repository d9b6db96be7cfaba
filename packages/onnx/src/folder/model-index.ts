import { NegError } from '@neg/core'
import * as z from 'zod'
import { architectures, denoiserParts } from '../denoiser/architectures'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { networkParts } from './graph-files'

const schema = z.looseObject({
  _class_name: z.string().min(1),
  force_zeros_for_empty_prompt: z.boolean().nullish(),
  is_cosxl_edit: z.boolean().nullish(),
})

/** Entries of an index: a part's library and class. */
const entry = z.tuple([z.string().nullable(), z.string().nullable()])

/** Classes of other networks, by the part: they are fed and read in other ways. */
const others: Readonly<Record<string, RegExp>> = {
  unet: /^UNet(?!2DConditionModel$)|^(?:Kandinsky|I2VGen|StableCascade|Wuerstchen|UVit|Audio)/,
  text_encoder: /^(?!CLIP|ORT|OV|Onnx)/,
  text_encoder_2: /^(?!CLIP|ORT|OV|Onnx)/,
}

/** Parts that only pipelines of other networks have. */
const foreign = ['transformer', 'prior', 'prior_prior', 'text_encoder_3', 'unet_2', 'movq', 'decoder', 'motion_adapter']

/** @throws `model-unsupported` for a family whose networks neg does not draw with, by what its index lists */
function checkEntries(name: string, className: string, index: Readonly<Record<string, unknown>>): void {
  const supported = architectures.map(({ models }) => models).join('; ')
  for (const [part, value] of Object.entries(index)) {
    const parsed = entry.safeParse(value)
    const own = parsed.success ? parsed.data[1] : null
    if (own === null) continue
    const other = foreign.includes(part) && !(denoiserParts as readonly string[]).includes(part)
    if (!other && !others[part]?.test(own)) continue
    throw new NegError(
      'model-unsupported',
      `${name} is a ${className}: by its model_index.json its ${part} is a ${own}. Supported are ${supported}.`,
      { where: 'model_index.json' },
    )
  }
}

/** `model_index.json`: which pipeline the folder is of. */
export interface ModelIndex {
  readonly className: string
  /** SDXL: the unconditional input is zeros. diffusers' default there is true. */
  readonly forceZeros: boolean
  /** The first exporter's pipelines, whose folders have no component configs and whose VAE factor is SD 1's. */
  readonly legacy: boolean
  /** CosXL Edit: the picture that it reads is in the loop's scaling; else in the VAE's own. */
  readonly scaledImage?: boolean
}

/** What a folder without an index is, by the parts that are there. */
function indexByParts(files: ModelFiles, present: readonly string[]): ModelIndex {
  const other = foreign.find((part) => present.some((path) => path.startsWith(`${part}/`)))
  if (other !== undefined && !(denoiserParts as readonly string[]).includes(other)) {
    throw new NegError(
      'model-unsupported',
      `${files.name} has no model_index.json, and a ${other}/: it is of another kind than those that are supported, which are ` +
        `${architectures.map(({ models }) => models).join('; ')}.`,
      { where: other },
    )
  }
  if (!networkParts(present).some((part) => (denoiserParts as readonly string[]).includes(part))) {
    throw new NegError(
      'model-missing',
      `${files.name} is no diffusers model folder: it has no model_index.json. Expected is a folder as ` +
        '`optimum-cli export onnx` writes it, with model_index.json, the denoiser ' +
        `(${denoiserParts.map((part) => `${part}/`).join(' or ')}), text_encoder/, tokenizer/, vae_decoder/ and scheduler/.`,
      { where: 'model_index.json' },
    )
  }
  const xl = networkParts(present).includes('text_encoder_2')
  return { className: xl ? 'StableDiffusionXLPipeline' : 'StableDiffusionPipeline', forceZeros: xl, legacy: false }
}

/**
 * Which pipeline a folder is of: by its `model_index.json`, else by its parts.
 * @throws `model-missing` where the folder is no model; `model-unsupported` for one of another kind
 */
export async function readModelIndex(files: ModelFiles): Promise<ModelIndex> {
  const present = await files.list()
  if (!present.includes('model_index.json')) return indexByParts(files, present)
  const index = await readJson(files, 'model_index.json', schema)
  const className = index._class_name
  checkEntries(files.name, className, index)
  return {
    className,
    forceZeros: index.force_zeros_for_empty_prompt ?? className.startsWith('StableDiffusionXL'),
    legacy: className.includes('Onnx'),
    ...(index.is_cosxl_edit ? { scaledImage: true } : {}),
  }
}
