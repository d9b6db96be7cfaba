import * as z from 'zod'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { levels, sampleSize } from './config-values'

/** Heads of each level, or of all. */
const heads = z.union([z.int().min(1), z.array(z.int().min(1)).min(1)], {
  error: 'expected a whole number from 1, or one a level',
})
/** Channels; no network has more. */
const width = z
  .int()
  .min(1)
  .max(1 << 20)

const schema = z.looseObject({
  sample_size: sampleSize.nullish(),
  block_out_channels: levels.nullish(),
  in_channels: width.nullish(),
  out_channels: width.nullish(),
  // A list has one for each block, the same in CLIP's models.
  cross_attention_dim: z.union([width, z.array(width).min(1)]).nullish(),
  encoder_hid_dim: width.nullish(),
  attention_head_dim: heads.nullish(),
  num_attention_heads: heads.nullish(),
  time_cond_proj_dim: z
    .int()
    .min(0)
    .max(1 << 20)
    .nullish(),
})

/** Channels that the UNet's config tells of its inputs and its output. */
export interface UnetWidths {
  readonly latents?: number
  readonly output?: number
  readonly text?: number
  /** Of the guidance embedding; 0 where it takes none. */
  readonly guidance?: number
}

/** What the UNet's config says that its graph doesn't. */
export interface UnetConfig {
  /** Latent cells, [height, width], it was trained at. */
  readonly sampleSize: readonly [height: number, width: number]
  /** Times it halves the latents: height and width in cells must be multiples of 2^this. */
  readonly downsamplings: number
  /** Numbers of one head, each size once; empty where it isn't said. */
  readonly headSizes: readonly number[]
}

const path = 'unet/config.json'

/** Reads `unet/config.json`. Folders without component configs are SD 1 models (64 cells, 3 halvings) where their pipeline says so. */
export async function readUnetConfig(files: ModelFiles, legacy: boolean): Promise<UnetConfig> {
  if (!(await files.list()).includes(path)) {
    if (legacy) return { sampleSize: [64, 64], downsamplings: 3, headSizes: [40, 80, 160] }
    throw fileMissing(files.name, path, 'Export the model again, or take it from another folder: configs.')
  }
  const config = await readJson(files, path, schema)
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

/** Channels by `unet/config.json`; nothing where it is missing or doesn't say. @throws `model-file-malformed` */
export async function readUnetWidths(files: ModelFiles): Promise<UnetWidths> {
  if (!(await files.list()).includes(path)) return {}
  const config = await readJson(files, path, schema)
  // Where a projection stands before the layers, the text is as wide as it takes.
  const dim = config.encoder_hid_dim ?? config.cross_attention_dim
  const text = Array.isArray(dim) ? (dim.every((one) => one === dim[0]) ? dim[0] : undefined) : dim
  return {
    ...(config.in_channels == null ? {} : { latents: config.in_channels }),
    ...(config.out_channels == null ? {} : { output: config.out_channels }),
    ...(text == null ? {} : { text }),
    ...(config.time_cond_proj_dim == null ? {} : { guidance: config.time_cond_proj_dim }),
  }
}
