import * as z from 'zod'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'

const schema = z.looseObject({
  max_position_embeddings: z.int().min(3).max(16_384).nullish(),
  vocab_size: z.int().min(1).nullish(),
  num_hidden_layers: z.int().min(1).max(1024).nullish(),
  use_attention_mask: z.boolean().nullish(),
})

/** What a text encoder's config says that its graph doesn't. */
export interface TextEncoderConfig {
  /** Tokens it takes, the two special ones included; CLIP's 77 where no config says. */
  readonly maxLength: number
  /** Its layers; undefined where no config says. */
  readonly layers?: number
  /** Padding is masked, as diffusers does for a config that says so; else the encoder sees it. */
  readonly maskPadding: boolean
}

/** @throws `model-file-malformed` */
export async function readTextEncoderConfig(files: ModelFiles, part: string): Promise<TextEncoderConfig> {
  const path = `${part}/config.json`
  if (!(await files.list()).includes(path)) return { maxLength: 77, maskPadding: false }
  const config = await readJson(files, path, schema)
  return {
    maxLength: config.max_position_embeddings ?? 77,
    ...(config.num_hidden_layers == null ? {} : { layers: config.num_hidden_layers }),
    maskPadding: config.use_attention_mask ?? false,
  }
}

/** Token ids that a text encoder has embeddings for; undefined where no config says. @throws `model-file-malformed` */
export async function vocabularySize(files: ModelFiles, part: string): Promise<number | undefined> {
  const path = `${part}/config.json`
  if (!(await files.list()).includes(path)) return undefined
  return (await readJson(files, path, schema)).vocab_size ?? undefined
}
