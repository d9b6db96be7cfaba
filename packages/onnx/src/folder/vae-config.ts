import { NegError } from '@neg/core'
import * as z from 'zod'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { levels, sampleSize } from './config-values'

/** A factor of 0 would make every picture of nothing; a standard deviation is above 0, and the factor with it. */
const factor = z.number().gt(0)
const schema = z
  .looseObject({
    scaling_factor: factor.nullish(),
    shift_factor: z.number().nullish(),
    latents_mean: z.array(z.number()).min(1).nullish(),
    latents_std: z.array(factor).min(1).nullish(),
    block_out_channels: levels.nullish(),
    sample_size: sampleSize.nullish(),
  })
  .refine(({ latents_mean: mean, latents_std: std }) => !mean || !std || mean.length === std.length, {
    path: ['latents_std'],
    message: 'has another length than latents_mean',
  })

/** How the VAE's latents relate to the denoising loop's: loop = (vae − shift) · factor, per channel. */
export interface VaeConfig {
  /** A number, or one per channel. */
  readonly factor: number | readonly number[]
  readonly shift: number | readonly number[]
  /** Pixels an edge of one latent cell covers. */
  readonly pixelsPer: number
  /** Edge in pixels of the pictures that it was trained with (`sample_size`). */
  readonly sampleSize: number
  /** Channels of its attention, which has one head; empty where its config does not say. */
  readonly headSizes: readonly number[]
}

/** AutoencoderKL's default, which SD 1 and 2 use. */
const defaultFactor = 0.18215

/**
 * Reads the VAE's config from wherever exporters put it. diffusers: loop = (vae − shift_factor) · scaling_factor; with
 * `latents_mean` and `latents_std`, loop = (vae − mean) · scaling_factor / std.
 *
 * @param channels Of the latents; 0 (default) where the graph leaves them open or was not read
 * @throws `model-file-missing`; `model-file-malformed` where two of the places say different things, too
 */
export async function readVaeConfig(files: ModelFiles, legacy: boolean, channels = 0): Promise<VaeConfig> {
  const present = await files.list()
  const paths = ['vae_decoder', 'vae', 'vae_encoder']
    .map((part) => `${part}/config.json`)
    .filter((path) => present.includes(path))
  const [first, ...others] = await Promise.all(paths.map((path) => readOne(files, path, channels)))
  if (first === undefined) {
    if (legacy) return { factor: defaultFactor, shift: 0, pixelsPer: 8, sampleSize: 512, headSizes: [512] }
    throw fileMissing(files.name, 'vae_decoder/config.json', 'It says how latents are scaled. Export the model again.')
  }
  const other = others.findIndex((one) => JSON.stringify(one) !== JSON.stringify(first))
  if (other >= 0) {
    throw new NegError(
      'model-file-malformed',
      `${paths[0]} and ${paths[other + 1]} of ${files.name} scale latents differently. Export the model again.`,
      { where: paths[other + 1] },
    )
  }
  return first
}

async function readOne(files: ModelFiles, path: string, channels: number): Promise<VaeConfig> {
  const config = await readJson(files, path, schema)
  const scaling = config.scaling_factor ?? defaultFactor
  const { latents_mean: mean, latents_std: std } = config
  const perChannel = mean != null && std != null
  if (perChannel && channels > 0 && mean.length !== channels) {
    throw new NegError(
      'model-file-malformed',
      `${path} of ${files.name} is refused. latents_mean: has ${mean.length} numbers; the latents have ${channels} channels.`,
      { where: path },
    )
  }
  return {
    factor: perChannel ? std.map((s) => scaling / s) : scaling,
    shift: perChannel ? mean : (config.shift_factor ?? 0),
    pixelsPer: 2 ** ((config.block_out_channels?.length ?? 4) - 1),
    sampleSize: Math.max(...[config.sample_size ?? 512].flat()),
    headSizes: config.block_out_channels?.slice(-1) ?? [],
  }
}
