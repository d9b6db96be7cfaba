import { NegError } from '../errors/neg-error'
import { maskLight, pasteBack } from '../image/paste-back'
import type { Pixels } from '../image/pixels'
import type { DiffusionModel } from '../model/diffusion-model'
import type { Level } from '../prediction/prediction'
import type { Recipe } from '../recipe/recipe'
import { combine, zipValues } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import type { RunOptions } from './run'

/** What an image-to-image run starts from. */
export interface InputImage {
  /** Clean latents, drawn from the encoder's posterior. */
  readonly latents: Tensor
  /** Per latent value: 1 where the picture is made anew, 0 where it stays; absent without a mask. */
  readonly mask?: Tensor
  /** Lays what was drawn over the picture, where a mask keeps some of it and its pixels are to stay. */
  readonly paste?: (drawn: Pixels) => Pixels
}

function imageOf(sha256: string, what: string, recipe: Recipe, options: RunOptions): Pixels {
  const pixels = options.images?.[sha256]
  if (!pixels) {
    throw new NegError(
      'image-missing',
      `The recipe's ${what} is the file with SHA-256 ${sha256}; pass its pixels in options.images under that key.`,
      { where: what },
    )
  }
  if (pixels.width !== recipe.width || pixels.height !== recipe.height) {
    throw new NegError(
      'image-mismatch',
      `The ${what} is ${pixels.width}×${pixels.height} pixels and the recipe ${recipe.width}×${recipe.height}: resize one.`,
      { where: what },
    )
  }
  return pixels
}

/** Encodes a recipe's image: x0 = mean + exp(log variance / 2) n, with n the first draw of the run's stream. */
export async function inputImage(
  model: DiffusionModel,
  recipe: Recipe,
  options: RunOptions,
  normal: () => Tensor,
  signal: AbortSignal,
): Promise<InputImage | undefined> {
  const { image } = recipe
  if (!image) return undefined
  const pixels = imageOf(image.sha256, 'image', recipe, options)
  const maskPixels = image.mask === undefined ? undefined : imageOf(image.mask, 'mask', recipe, options)
  if (!model.encodeImage) {
    throw new NegError(
      'guidance-unsupported',
      `${model.info.id} can't start from an image: its folder has no vae_encoder.`,
    )
  }
  const { mean, logVariance } = await model.encodeImage(pixels, { signal })
  const spread = zipValues(logVariance, normal(), (v, n) => Math.exp(0.5 * v) * n)
  const latents = combine([
    [mean, 1],
    [spread, 1],
  ])
  if (!maskPixels) return { latents }
  const light = maskLight(maskPixels)
  const mask = latentMask(light, maskPixels, latents.shape)
  const { feather = false } = image
  return { latents, mask, ...(feather === false ? {} : { paste: (drawn) => pasteBack(pixels, drawn, light, feather) }) }
}

/**
 * A mask picture at the latents' size, the same for every channel: 1 where it is light (to be painted anew), 0 where it is
 * dark (to be kept). A latent cell is painted anew if at least half of what it covers is; transparent counts as dark.
 */
export function latentMask(
  light: Float32Array,
  { width, height }: Pick<Pixels, 'width' | 'height'>,
  shape: readonly number[],
): Tensor {
  const [channels, h, w] = shape
  const [cellWidth, cellHeight] = [width / w, height / h]
  const mask = new Float32Array(channels * h * w)
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let sum = 0
      for (let py = y * cellHeight; py < (y + 1) * cellHeight; py++) {
        for (let px = x * cellWidth; px < (x + 1) * cellWidth; px++) sum += light[py * width + px]
      }
      const value = sum / (cellWidth * cellHeight) >= 0.5 ? 1 : 0
      for (let c = 0; c < channels; c++) mask[(c * h + y) * w + x] = value
    }
  }
  return { data: mask, shape }
}

/** Latent blending at a level: x where the mask is 1, α x0 + σ n of the kept picture where it is 0. */
export function keepOutside(
  { latents, mask }: InputImage,
  x: Tensor,
  noise: Tensor,
  { alpha, sigma }: Pick<Level, 'alpha' | 'sigma'>,
): Tensor {
  if (!mask) return x
  const data = new Float32Array(x.data.length)
  for (let i = 0; i < data.length; i++) {
    data[i] = mask.data[i] === 1 ? x.data[i] : alpha * latents.data[i] + sigma * noise.data[i]
  }
  return { data, shape: x.shape }
}
