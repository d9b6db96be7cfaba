import { NegError } from '../errors/neg-error'
import { maskLight } from '../image/paste-back'
import type { Pixels } from '../image/pixels'
import { putBack } from '../image/put-back'
import { opaque, type Region, resample } from '../image/resample'
import type { DiffusionModel } from '../model/diffusion-model'
import type { Recipe } from '../recipe/recipe'
import { combine, zipValues } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { checkImageSize, imageOf } from './images'
import { latentMask, maskPicture, nearestMask, spreadMask } from './latent-mask'
import type { RunOptions } from './run'

/** The picture that a run begins from. */
export interface InputImage {
  /**
   * Clean latents: drawn from the encoder's posterior, or its mean where the picture is inverted; absent where a network reads the
   * picture and the run begins from noise.
   */
  readonly latents?: Tensor
  /** Per latent value: 1 where the picture is made anew, 0 where it stays; absent without a mask. */
  readonly mask?: Tensor
  /** Lays what was drawn over the picture, where some of it is kept and its pixels are to stay. */
  readonly paste?: (drawn: Pixels) => Pixels
  /** The same with a mask that was found, of the latents' size; and that mask as a picture. */
  masked(mask: Tensor): Pick<InputImage, 'mask' | 'paste'> & { readonly picture: Pixels }
}

/** @throws `image-missing`, `image-mismatch` */
function pictureOf(sha256: string, what: string, recipe: Recipe, options: RunOptions): Pixels {
  const pixels = imageOf(options.images ?? [], sha256, what)
  if (!recipe.image?.region) checkImageSize(pixels, what, recipe)
  return pixels
}

/** A recipe's picture and mask, and what of them is drawn. @throws `image-missing`, `image-mismatch` */
function picturesOf({ image, ...recipe }: Recipe & Required<Pick<Recipe, 'image'>>, options: RunOptions) {
  const whole = { ...recipe, image }
  const picture = pictureOf(image.sha256, 'image', whole, options)
  const mask = image.mask === undefined ? undefined : pictureOf(image.mask, 'mask', whole, options)
  const region = image.region ?? { x: 0, y: 0, width: recipe.width, height: recipe.height }
  checkPlace(picture, mask, region)
  const drawn = (one: Pixels) => (image.region ? resample(one, region, recipe.width, recipe.height) : one)
  const shown = image.region || image.inversion ? opaque(drawn(picture)) : picture
  return { picture, mask, region, shown, ...(mask ? { shownMask: drawn(mask) } : {}) }
}

/** What a region may have beyond twice its picture, in pixels: room for what models' sizes are multiples of. */
const mostPadding = 1024

/** @throws `image-mismatch` for a mask of another size than its picture, or a region that has nothing of it */
function checkPlace(picture: Pixels, mask: Pixels | undefined, { x, y, width, height }: Region): void {
  if (mask && (mask.width !== picture.width || mask.height !== picture.height)) {
    throw new NegError(
      'image-mismatch',
      `The mask is ${mask.width}×${mask.height} pixels and the image ${picture.width}×${picture.height}: resize one.`,
      { where: 'mask' },
    )
  }
  const far = (length: number, of: number) => length > 2 * of + mostPadding
  if (far(width, picture.width) || far(height, picture.height)) {
    throw new NegError(
      'image-mismatch',
      `The region is ${width}×${height} pixels, far beyond the image, which is ${picture.width}×${picture.height}.`,
      { where: 'image.region' },
    )
  }
  if (x >= picture.width || y >= picture.height || x + width <= 0 || y + height <= 0) {
    throw new NegError(
      'image-mismatch',
      `The region (${width}×${height} pixels at ${x}, ${y}) has nothing of the image, which is ${picture.width}×${picture.height}.`,
      { where: 'image.region' },
    )
  }
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
  const { picture, mask, region, shown, shownMask } = picturesOf({ ...recipe, image }, options)
  const { reads } = model.info
  const { feather = false } = image
  const pasteWith = (light: Float32Array): Pick<InputImage, 'paste'> =>
    feather === false ? {} : { paste: (drawn) => putBack(picture, drawn, region, light, feather) }
  const masked: InputImage['masked'] = (found) => {
    const light = spreadMask(found, picture, region)
    return { mask: found, ...pasteWith(light), picture: maskPicture(light, picture) }
  }
  const everything = () => new Float32Array(picture.width * picture.height).fill(1)
  const paste = mask ? pasteWith(maskLight(mask)) : image.region ? pasteWith(everything()) : {}
  // A network made for inpainting keeps what it reads by itself, as diffusers leaves it to.
  const blended = reads === 'masked-image' ? undefined : shownMask
  // At strength 1 nothing of the picture is in the first x: a network that reads it is shown it all the same.
  if (reads && !blended && image.strength === 1) return { ...paste, masked }
  const latents = image.inversion
    ? (await encoderOf(model)(shown, { signal })).mean
    : await encoded(model, shown, normal, { signal })
  const light = blended && latentMask(maskLight(blended), blended, latents.shape)
  return { latents, ...(light ? { mask: light } : {}), ...paste, masked }
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
  const { shown = blank(255), shownMask = blank(255) } = image ? picturesOf({ ...recipe, image }, options) : {}
  if (reads === 'image') return (await encoderOf(model)(shown, { signal })).mean
  const latents = await encoded(model, shown, normal, { signal, hide: shownMask })
  const [, h, w] = latents.shape
  const mask = nearestMask(shownMask, h, w)
  const data = new Float32Array(mask.length + latents.data.length)
  data.set(mask)
  data.set(latents.data, mask.length)
  return { data, shape: [1 + latents.shape[0], h, w] }
}
