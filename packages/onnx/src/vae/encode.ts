import { type CallOptions, NegError, type Pixels, type Tensor, tensor } from '@neg/core'
import type { VaeConfig } from '../folder/vae-config'
import type { LazySession } from '../session/lazy-session'
import type { Signature } from '../session/session'
import { isSize, toFloats, type ValueInfo } from '../session/value'
import { inRows } from './in-rows'
import { fromPixels } from './pixels'
import { fromVae, logVarianceFromVae } from './scaling'
import { inTiles, type Tiling } from './tiles'

/** The posterior of a picture's latents, both [C, h, w] in the denoising loop's scaling. */
export interface Posterior {
  readonly mean: Tensor
  readonly logVariance: Tensor
}

export type EncodeImage = (image: Pixels, options: CallOptions & { readonly hide?: Pixels }) => Promise<Posterior>

/** diffusers' DiagonalGaussianDistribution clamps to these. */
const [least, most] = [-30, 20]

/** The output that holds the latents: by its name, else the only one of rank 4, else the first. */
const posteriorOf = (outputs: readonly ValueInfo[]): ValueInfo =>
  outputs.find(({ name }) => name === 'latent_parameters' || name === 'latent_sample') ??
  outputs.find(({ shape }) => shape.length === 4) ??
  outputs[0]

/**
 * @param channels of the latents. An output with twice as many holds mean and log variance (`latent_parameters`; in older
 *   exports named `latent_sample`); one with as many is the latents themselves, whose variance is taken as none.
 * @param tiling for pictures that are too large to be encoded whole; default every picture whole
 */
export function vaeEncoder(
  signature: Signature,
  config: VaeConfig,
  channels: number,
  session: LazySession,
  tiling?: Tiling,
): EncodeImage {
  const [input] = signature.inputs
  const output = posteriorOf(signature.outputs)
  const [height, width] = input.shape.slice(2)
  return async (image, options) => {
    if ((isSize(height) && height !== image.height) || (isSize(width) && width !== image.width)) {
      throw new NegError(
        'size-invalid',
        `The VAE encoder of this export takes pictures of ${width} × ${height} pixels (width × height) only; this one has ` +
          `${image.width} × ${image.height}. Scale it to that, or export the model with free axes.`,
        { where: 'width' },
      )
    }
    const encode = async (pixels: Tensor): Promise<Tensor> => {
      const feeds = { [input.name]: inRows(pixels.data, input, pixels.shape) }
      const answer = (await session.run(feeds, options))[output.name]
      const [rows, ...size] = answer.shape
      const values = toFloats(answer)
      return tensor(values.subarray(0, values.length / rows), size)
    }
    const tiled = tiling && Math.max(image.width, image.height) > tiling.above
    const pixels = fromPixels(image, options.hide)
    const parameters = tiled ? await inTiles(pixels, tiling.size, tiling.cells, encode) : await encode(pixels)
    const values = parameters.data
    const [given, ...size] = parameters.shape
    if (given !== channels && given !== 2 * channels) {
      throw new NegError(
        'model-mismatch',
        `The VAE encoder gives ${given} channels; a denoiser with ${channels} latent channels goes with ${channels} or ` +
          `${2 * channels}.`,
        { where: 'vae_encoder' },
      )
    }
    const shape = [channels, ...size]
    const half = channels * size.reduce((product, n) => product * n, 1)
    const mean = tensor(values.slice(0, half), shape)
    const logVariance =
      given === channels
        ? new Float32Array(half).fill(least)
        : values.slice(half, 2 * half).map((v) => Math.min(most, Math.max(least, v)))
    return { mean: fromVae(mean, config), logVariance: logVarianceFromVae(tensor(logVariance, shape), config) }
  }
}
