import type { Pixels } from '@neg/core'
import type { Region } from '@neg/core/internal'
import { toImageData } from '@neg/web'

/** Pictures in the making are no larger. */
const most = 512

function canvasOf({ width, height }: Pick<Pixels, 'width' | 'height'>): OffscreenCanvasRenderingContext2D {
  return new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
}

function painted(picture: Pixels): OffscreenCanvas {
  const on = canvasOf(picture)
  on.putImageData(toImageData(picture), 0, 0)
  return on.canvas
}

/** A sketch of a part of a picture, laid over the picture; no larger than a sketch has to be. */
export function regionSketch(picture: Pixels, { x, y, width, height }: Region): (sketch: Pixels) => Pixels {
  const scale = Math.min(1, most / Math.max(picture.width, picture.height))
  const size = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) }
  const under = canvasOf(size)
  under.imageSmoothingQuality = 'high'
  under.drawImage(painted(picture), 0, 0, size.width, size.height)
  return (sketch) => {
    const on = canvasOf(size)
    on.drawImage(under.canvas, 0, 0)
    on.drawImage(painted(sketch), x * scale, y * scale, width * scale, height * scale)
    return { ...size, data: on.getImageData(0, 0, size.width, size.height).data }
  }
}
