import type { Pixels } from '@neg/core'
import type { Region } from '@neg/core/internal'
import type { Heat } from './heat'

/** What a painted mask looks like over its picture; its alpha alone counts. */
export const paint = 'rgb(226, 33, 140)'

/**
 * Where a heat map is at least that hot, painted at a size: smooth between the map's cells.
 * @param region what of the picture the map is of; default all
 */
export function paintHeat(
  context: CanvasRenderingContext2D,
  { width, height, values }: Heat,
  least: number,
  region?: Region,
): void {
  const small = new OffscreenCanvas(width, height)
  const data = new Uint8ClampedArray(4 * width * height)
  values.forEach((value, i) => {
    data[4 * i + 3] = 255 * value
  })
  small.getContext('2d')?.putImageData(new ImageData(data, width, height), 0, 0)
  const { width: w, height: h } = context.canvas
  const large = new OffscreenCanvas(w, h).getContext('2d')!
  const { x, y, width: across, height: down } = region ?? { x: 0, y: 0, width: w, height: h }
  large.drawImage(small, x, y, across, down)
  const image = large.getImageData(0, 0, w, h)
  for (let i = 0; i < image.data.length; i += 4) {
    image.data.set([226, 33, 140, image.data[i + 3] >= 255 * least ? 255 : 0], i)
  }
  const layer = new OffscreenCanvas(w, h)
  layer.getContext('2d')?.putImageData(image, 0, 0)
  context.drawImage(layer, 0, 0)
}

/** Everything that is not painted, painted, and the other way. */
export function invert(context: CanvasRenderingContext2D): void {
  const { width, height } = context.canvas
  const image = context.getImageData(0, 0, width, height)
  for (let i = 0; i < image.data.length; i += 4) image.data.set([226, 33, 140, 255 - image.data[i + 3]], i)
  context.putImageData(image, 0, 0)
}

/** A painted mask as recipes have it: white where the picture is drawn anew, black where it is kept. */
export function maskPixels(context: CanvasRenderingContext2D): Pixels {
  const { width, height } = context.canvas
  const { data } = context.getImageData(0, 0, width, height)
  for (let i = 0; i < data.length; i += 4) data.fill(data[i + 3], i, i + 3).fill(255, i + 3, i + 4)
  return { width, height, data }
}

/** The other way: a mask's picture, painted. */
export function paintMask(context: CanvasRenderingContext2D, { width, height, data }: Pixels): void {
  const painted = new Uint8ClampedArray(data.length)
  for (let i = 0; i < data.length; i += 4) painted.set([226, 33, 140, data[i]], i)
  context.putImageData(new ImageData(painted, width, height), 0, 0)
}
