import type { Pixels } from '@neg/core'
import { toImageData } from '@neg/web'

const canvasOf = (width: number, height: number): [OffscreenCanvas, OffscreenCanvasRenderingContext2D] => {
  const canvas = new OffscreenCanvas(width, height)
  return [canvas, canvas.getContext('2d')!]
}

/** A picture at a size, its middle cut to the aspect; as it is where it has that size. */
export function cover(picture: Pixels, width: number, height: number): Pixels {
  if (picture.width === width && picture.height === height) return picture
  const [from, source] = canvasOf(picture.width, picture.height)
  source.putImageData(toImageData(picture), 0, 0)
  const scale = Math.max(width / picture.width, height / picture.height)
  const [w, h] = [width / scale, height / scale]
  const [, target] = canvasOf(width, height)
  target.imageSmoothingQuality = 'high'
  target.drawImage(from, (picture.width - w) / 2, (picture.height - h) / 2, w, h, 0, 0, width, height)
  const { data } = target.getImageData(0, 0, width, height)
  return { width, height, data }
}
