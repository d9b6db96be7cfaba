import * as z from 'zod'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { levels, sampleSize } from './config-values'

/** Heads of each level, or of all. */
const heads = z.union([z.int().min(1), z.array(z.int().min(1)).min(1)], {
  error: 'expected a whole number from 1, or one a level',
})
const schema = z.looseObject({
  sample_size: sampleSize.nullish(),
  block_out_channels: levels.nullish(),
  attention_head_dim: heads.nullish(),
  num_attention_heads: heads.nullish(),
})

/** What the UNet's config says that its graph doesn't. */
export interface UnetConfig {
  /** Latent cells, [height, width], it was trained at. */
  readonly sampleSize: readonly [height: number, width: number]
  /** Times it halves the latents: height and width in cells must be multiples of 2^this. */
  readonly downsamplings: number
  /** Numbers of one head, each size once; empty where it isn't said. */
  readonly headSizes: readonly number[]
}

/** Reads `unet/config.json`. The first exporter wrote none: those are SD 1 models (64 cells, 3 halvings). */
export async function readUnetConfig(files: ModelFiles, legacy: boolean): Promise<UnetConfig> {
  if (!(await files.list()).includes('unet/config.json')) {
    if (legacy) return { sampleSize: [64, 64], downsamplings: 3, headSizes: [40, 80, 160] }
    throw fileMissing(files.name, 'unet/config.json', 'Export the model again.')
  }
  const config = await readJson(files, 'unet/config.json', schema)
  const sample = config.sample_size ?? 64
  return {
    sampleSize: typeof sample === 'number' ? [sample, sample] : sample,
    downsamplings: (config.block_out_channels?.length ?? 4) - 1,
    headSizes: headSizesOf(config),
  }
}

/** `attention_head_dim` of Stable Diffusion is the number of heads, as diffusers reads it. */
function headSizesOf({
  block_out_channels,
  num_attention_heads,
  attention_head_dim,
}: z.infer<typeof schema>): number[] {
  const heads = num_attention_heads ?? attention_head_dim ?? 8
  const sizes = (block_out_channels ?? []).map(
    (channels, i) => channels / (typeof heads === 'number' ? heads : (heads[i] ?? heads[0])),
  )
  return [...new Set(sizes.filter(Number.isInteger))]
}
