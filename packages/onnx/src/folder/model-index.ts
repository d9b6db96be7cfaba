import { NegError } from '@neg/core'
import * as z from 'zod'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'

const schema = z.looseObject({
  _class_name: z.string(),
  force_zeros_for_empty_prompt: z.boolean().nullish(),
})

/** `model_index.json`: which pipeline the folder is of. */
export interface ModelIndex {
  readonly className: string
  /** SDXL: the unconditional input is zeros. diffusers' default there is true. */
  readonly forceZeros: boolean
  /** The first exporter's pipelines, whose folders have no component configs and whose VAE factor is SD 1's. */
  readonly legacy: boolean
}

const unsupported =
  /Flux|StableDiffusion3|PixArt|Sana|Wuerstchen|StableCascade|Kandinsky|AuraFlow|Hunyuan|Lumina|Chroma|Qwen/

/** @throws `model-missing` where the folder is no model, `model-unsupported` for other kinds of networks */
export async function readModelIndex(files: ModelFiles): Promise<ModelIndex> {
  const present = await files.list()
  if (!present.includes('model_index.json')) {
    throw new NegError(
      'model-missing',
      `${files.name} is no diffusers model folder: it has no model_index.json. Expected is a folder as ` +
        '`optimum-cli export onnx` writes it, with model_index.json, unet/, text_encoder/, tokenizer/, vae_decoder/ and scheduler/.',
      { where: 'model_index.json' },
    )
  }
  const index = await readJson(files, 'model_index.json', schema)
  const className = index._class_name
  if (unsupported.test(className)) {
    throw new NegError(
      'model-unsupported',
      `${files.name} is a ${className}. Supported are models with a UNet and CLIP text encoders: Stable Diffusion 1 and 2, ` +
        'SDXL, and their distilled kinds (LCM, Turbo).',
      { where: 'model_index.json' },
    )
  }
  return {
    className,
    forceZeros: index.force_zeros_for_empty_prompt ?? className.startsWith('StableDiffusionXL'),
    legacy: className.includes('Onnx'),
  }
}
