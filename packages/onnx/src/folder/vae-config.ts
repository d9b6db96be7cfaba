import * as z from 'zod'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'

const schema = z.looseObject({
  scaling_factor: z.number().nullish(),
  shift_factor: z.number().nullish(),
  latents_mean: z.array(z.number()).nullish(),
  latents_std: z.array(z.number()).nullish(),
  block_out_channels: z.array(z.number()).min(1).nullish(),
})

/** How the VAE's latents relate to the denoising loop's: loop = (vae − shift) · factor, per channel. */
export interface VaeConfig {
  /** A number, or one per channel. */
  readonly factor: number | readonly number[]
  readonly shift: number | readonly number[]
  /** Pixels an edge of one latent cell covers. */
  readonly pixelsPer: number
}

/** AutoencoderKL's default, which SD 1 and 2 use. */
const defaultFactor = 0.18215

/**
 * Reads the VAE's config from wherever exporters put it. diffusers: loop = (vae − shift_factor) · scaling_factor; with
 * `latents_mean` and `latents_std`, loop = (vae − mean) · scaling_factor / std.
 */
export async function readVaeConfig(files: ModelFiles, legacy: boolean): Promise<VaeConfig> {
  const present = await files.list()
  const path = ['vae_decoder', 'vae', 'vae_encoder']
    .map((part) => `${part}/config.json`)
    .find((p) => present.includes(p))
  if (path === undefined) {
    if (legacy) return { factor: defaultFactor, shift: 0, pixelsPer: 8 }
    throw fileMissing(files.name, 'vae_decoder/config.json', 'It says how latents are scaled. Export the model again.')
  }
  const config = await readJson(files, path, schema)
  const scaling = config.scaling_factor ?? defaultFactor
  const { latents_mean: mean, latents_std: std } = config
  const perChannel = mean != null && std != null && mean.length === std.length && mean.length > 0
  return {
    factor: perChannel ? std.map((s) => scaling / s) : scaling,
    shift: perChannel ? mean : (config.shift_factor ?? 0),
    pixelsPer: 2 ** ((config.block_out_channels?.length ?? 4) - 1),
  }
}
