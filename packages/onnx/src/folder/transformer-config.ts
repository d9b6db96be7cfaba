import * as z from 'zod'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'

const count = z
  .int()
  .min(1)
  .max(1 << 20)

const schema = z.looseObject({
  sample_size: z.int().min(1).max(16_384).nullish(),
  patch_size: z.int().min(1).max(64).nullish(),
  in_channels: count.nullish(),
  joint_attention_dim: count.nullish(),
  pooled_projection_dim: count.nullish(),
  attention_head_dim: count.nullish(),
  pos_embed_max_size: count.nullish(),
})

/** What a transformer's config (`transformer/config.json`) says, in diffusers' keys. */
export type TransformerConfig = z.output<typeof schema>

export const transformerConfigPath = 'transformer/config.json'

/** @throws `model-file-missing`, `model-file-malformed` */
export async function readTransformerConfig(files: ModelFiles): Promise<TransformerConfig> {
  if ((await files.list()).includes(transformerConfigPath)) return readJson(files, transformerConfigPath, schema)
  throw fileMissing(
    files.name,
    transformerConfigPath,
    'Export the model again, or take it from another folder: configs.',
  )
}
