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
  /** Clean latents, drawn from the encoder's posterior; absent where a network reads the picture and the run begins from noise. */
  readonly latents?: Tensor
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

/** A draw of an encoder's posterior: x0 = mean + exp(log variance / 2) n. */
async function encoded(
  model: DiffusionModel,
  pixels: Pixels,
  normal: () => Tensor,
  options: { readonly signal: AbortSignal; readonly hide?: Pixels },
): Promise<Tensor> {
  const { mean, logVariance } = await encoderOf(model)(pixels, options)
  const spread = zipValues(logVariance, normal(), (v, n) => Math.exp(0.5 * v) * n)
  return combine([
    [mean, 1],
    [spread, 1],
  ])
}

function encoderOf(model: DiffusionModel): NonNullable<DiffusionModel['encodeImage']> {
  if (model.encodeImage) return model.encodeImage
  throw new NegError(
    'guidance-unsupported',
    `${model.info.id} can't start from an image: its folder has no vae_encoder.`,
  )
}

/** The clean latents that a run starts from or keeps a part of, with the first draw of the run's stream; undefined where it needs none. */
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
  const { reads } = model.info
  const light = maskPixels && maskLight(maskPixels)
  const { feather = false } = image
  const paste = light && feather !== false ? { paste: (drawn: Pixels) => pasteBack(pixels, drawn, light, feather) } : {}
  // A network made for inpainting keeps what it reads by itself, as diffusers leaves it to.
  const blended = reads === 'masked-image' ? undefined : light
  // At strength 1 nothing of the picture is in the first x: a network that reads it is shown it all the same.
  if (reads && !blended && image.strength === 1) return paste
  const latents = await encoded(model, pixels, normal, { signal })
  return { latents, ...(blended ? { mask: latentMask(blended, pixels, latents.shape) } : {}), ...paste }
}

/**
 * What the network reads beside x, its draw coming after the initial noise as in diffusers. Without a mask all of the picture is
 * painted anew, so that a network made for inpainting draws from text alone.
 */
export async function readImage(
  model: DiffusionModel,
  recipe: Recipe,
  options: RunOptions,
  normal: () => Tensor,
  signal: AbortSignal,
): Promise<Tensor | undefined> {
  const { image } = recipe
  const { reads } = model.info
  if (!reads) {
    // diffusers encodes the masked image here, for networks that read it, and draws for that: what follows is drawn after it
    if (image?.mask) normal()
    return undefined
  }
  const { width, height } = recipe
  const blank = (value: number): Pixels => ({
    width,
    height,
    data: new Uint8ClampedArray(4 * width * height).fill(value),
  })
  const pixels = image ? imageOf(image.sha256, 'image', recipe, options) : blank(255)
  if (reads === 'image') return (await encoderOf(model)(pixels, { signal })).mean
  const hide = image?.mask === undefined ? blank(255) : imageOf(image.mask, 'mask', recipe, options)
  const latents = await encoded(model, pixels, normal, { signal, hide })
  const [, h, w] = latents.shape
  const mask = nearestMask(hide, h, w)
  const data = new Float32Array(mask.length + latents.data.length)
  data.set(mask)
  data.set(latents.data, mask.length)
  return { data, shape: [1 + latents.shape[0], h, w] }
}

/** The mask that networks for inpainting were trained to read: of each latent cell its first pixel, 1 where it is light. */
function nearestMask(pixels: Pixels, h: number, w: number): Float32Array {
  const { width, height } = pixels
  const light = maskLight(pixels)
  return Float32Array.from({ length: h * w }, (_, i) => {
    const [x, y] = [Math.floor(((i % w) * width) / w), Math.floor((Math.floor(i / w) * height) / h)]
    return light[y * width + x] >= 0.5 ? 1 : 0
  })
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
  if (!mask || !latents) return x
  const data = new Float32Array(x.data.length)
  for (let i = 0; i < data.length; i++) {
    data[i] = mask.data[i] === 1 ? x.data[i] : alpha * latents.data[i] + sigma * noise.data[i]
  }
  return { data, shape: x.shape }
}
