import { NegError } from '@neg/core'
import * as z from 'zod'
import { denoiserParts } from '../denoiser/architectures'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'

const schema = z.looseObject({
  _class_name: z.string().min(1),
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

/** @throws `model-missing` where the folder is no model */
export async function readModelIndex(files: ModelFiles): Promise<ModelIndex> {
  const present = await files.list()
  if (!present.includes('model_index.json')) {
    throw new NegError(
      'model-missing',
      `${files.name} is no diffusers model folder: it has no model_index.json. Expected is a folder as ` +
        '`optimum-cli export onnx` writes it, with model_index.json, the denoiser ' +
        `(${denoiserParts.map((part) => `${part}/`).join(' or ')}), text_encoder/, tokenizer/, vae_decoder/ and scheduler/.`,
      { where: 'model_index.json' },
    )
  }
  const index = await readJson(files, 'model_index.json', schema)
  const className = index._class_name
  return {
    className,
    forceZeros: index.force_zeros_for_empty_prompt ?? className.startsWith('StableDiffusionXL'),
    legacy: className.includes('Onnx'),
  }
}
