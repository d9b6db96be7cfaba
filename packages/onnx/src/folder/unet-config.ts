import * as z from 'zod'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { levels, sampleSize } from './config-values'

const schema = z.looseObject({
  sample_size: sampleSize.nullish(),
  block_out_channels: levels.nullish(),
})

/** What the UNet's config says that its graph doesn't. */
export interface UnetConfig {
  /** Latent cells, [height, width], it was trained at. */
  readonly sampleSize: readonly [height: number, width: number]
  /** Times it halves the latents: height and width in cells must be multiples of 2^this. */
  readonly downsamplings: number
}

/** Reads `unet/config.json`. The first exporter wrote none: those are SD 1 models (64 cells, 3 halvings). */
export async function readUnetConfig(files: ModelFiles, legacy: boolean): Promise<UnetConfig> {
  if (!(await files.list()).includes('unet/config.json')) {
    if (legacy) return { sampleSize: [64, 64], downsamplings: 3 }
    throw fileMissing(files.name, 'unet/config.json', 'Export the model again.')
  }
  const config = await readJson(files, 'unet/config.json', schema)
  const sample = config.sample_size ?? 64
  return {
    sampleSize: typeof sample === 'number' ? [sample, sample] : sample,
    downsamplings: (config.block_out_channels?.length ?? 4) - 1,
  }
}
