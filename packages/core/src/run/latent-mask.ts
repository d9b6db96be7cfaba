import { maskLight } from '../image/paste-back'
import type { Pixels } from '../image/pixels'
import type { Region } from '../image/resample'
import type { Tensor } from '../tensor/tensor'

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

/** The mask that networks for inpainting were trained to read: of each latent cell its first pixel, 1 where it is light. */
export function nearestMask(pixels: Pixels, h: number, w: number): Float32Array {
  const { width, height } = pixels
  const light = maskLight(pixels)
  return Float32Array.from({ length: h * w }, (_, i) => {
    const [x, y] = [Math.floor(((i % w) * width) / w), Math.floor((Math.floor(i / w) * height) / h)]
    return light[y * width + x] >= 0.5 ? 1 : 0
  })
}

/** What a latent cell covers is drawn anew where it is 1; 0 outside of the region. */
export function spreadMask(mask: Tensor, { width, height }: Pixels, region: Region): Float32Array {
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
export function maskPicture(light: Float32Array, { width, height }: Pixels): Pixels {
  const data = new Uint8ClampedArray(4 * light.length).fill(255)
  for (let i = 0; i < data.length; i++) if (i % 4 < 3) data[i] = 255 * light[i >> 2]
  return { width, height, data }
}
