import { NegError } from '../errors/neg-error'
import { maskLight } from '../image/paste-back'
import type { Pixels } from '../image/pixels'
import { putBack } from '../image/put-back'
import { opaque, type Region, resample } from '../image/resample'
import type { DiffusionModel } from '../model/diffusion-model'
import type { Recipe } from '../recipe/recipe'
import { combine, zip } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import type { RunOptions } from './run'

/** The picture that a run begins from. */
export interface InputImage {
  /** Clean latents: drawn from the encoder's posterior, or its mean where the picture is inverted. */
  readonly latents: Tensor
  /** Per latent value: 1 where the picture is made anew, 0 where it stays; absent without a mask. */
  readonly mask?: Tensor
  /** Lays what was drawn over the picture, where some of it is kept and its pixels are to stay. */
  readonly paste?: (drawn: Pixels) => Pixels
  /** The same with a mask that was found, of the latents' size. */
  masked(mask: Tensor): Pick<InputImage, 'mask' | 'paste'> & { readonly picture: Pixels }
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
  if (!recipe.image?.region && (pixels.width !== recipe.width || pixels.height !== recipe.height)) {
    throw new NegError(
      'image-mismatch',
      `The ${what} is ${pixels.width}×${pixels.height} pixels and the recipe ${recipe.width}×${recipe.height}: resize one, or give ` +
        'the region of it that is drawn.',
      { where: what },
    )
  }
  return pixels
}

/** @throws `image-mismatch` for a mask of another size than its picture, or a region that has nothing of it */
function checkPlace(pixels: Pixels, mask: Pixels | undefined, { x, y, width, height }: Region): void {
  if (mask && (mask.width !== pixels.width || mask.height !== pixels.height)) {
    throw new NegError(
      'image-mismatch',
      `The mask is ${mask.width}×${mask.height} pixels and the image ${pixels.width}×${pixels.height}: resize one.`,
      { where: 'mask' },
    )
  }
  if (x >= pixels.width || y >= pixels.height || x + width <= 0 || y + height <= 0) {
    throw new NegError(
      'image-mismatch',
      `The region (${width}×${height} pixels at ${x}, ${y}) has nothing of the image, which is ${pixels.width}×${pixels.height}.`,
      { where: 'image.region' },
    )
  }
}

/** Encodes a recipe's image: x0 = mean + exp(log variance / 2) n, with n the first draw of the run's stream; the mean for an inversion. */
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
  const region = image.region ?? { x: 0, y: 0, width: recipe.width, height: recipe.height }
  checkPlace(pixels, maskPixels, region)
  if (!model.encodeImage) {
    throw new NegError(
      'guidance-unsupported',
      `${model.info.id} can't start from an image: its folder has no vae_encoder.`,
    )
  }
  const fit = (one: Pixels) => (image.region ? resample(one, region, recipe.width, recipe.height) : one)
  const shown = image.region || image.inversion ? opaque(fit(pixels)) : pixels
  const { mean, logVariance } = await model.encodeImage(shown, { signal })
  const latents = image.inversion
    ? mean
    : combine([
        [mean, 1],
        [zip(logVariance, normal(), (v, n) => Math.exp(0.5 * v) * n), 1],
      ])
  const { feather = false } = image
  const pasteWith = (light: Float32Array): Pick<InputImage, 'paste'> =>
    feather === false ? {} : { paste: (drawn) => putBack(pixels, drawn, region, light, feather) }
  const found: InputImage['masked'] = (mask) => {
    const light = spreadMask(mask, pixels, region)
    return { mask, ...pasteWith(light), picture: maskPicture(light, pixels) }
  }
  const own = maskPixels && fit(maskPixels)
  const everything = () => new Float32Array(pixels.width * pixels.height).fill(1)
  return {
    latents,
    ...(own ? { mask: latentMask(maskLight(own), own, latents.shape) } : {}),
    ...(maskPixels ? pasteWith(maskLight(maskPixels)) : image.region ? pasteWith(everything()) : {}),
    masked: found,
  }
}

/** What a latent cell covers is drawn anew where it is 1; 0 outside of the region. */
function spreadMask(mask: Tensor, { width, height }: Pixels, region: Region): Float32Array {
  const [h, w] = mask.shape.slice(-2)
  const light = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y - region.y) * h) / region.height)
    if (row < 0 || row >= h) continue
    for (let x = 0; x < width; x++) {
      const column = Math.floor(((x - region.x) * w) / region.width)
      if (column >= 0 && column < w) light[y * width + x] = mask.data[row * w + column]
    }
  }
  return light
}

/** Light as a picture: what `image.mask` takes. */
function maskPicture(light: Float32Array, { width, height }: Pixels): Pixels {
  const data = new Uint8ClampedArray(4 * light.length).fill(255)
  for (let i = 0; i < data.length; i++) if (i % 4 < 3) data[i] = 255 * light[i >> 2]
  return { width, height, data }
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
