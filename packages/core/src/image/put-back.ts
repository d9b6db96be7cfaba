import { pasteBack } from './paste-back'
import type { Pixels } from './pixels'
import { type Region, resample } from './resample'

/**
 * What was drawn of a region, laid over the picture again at its own size; what the region has beyond the picture is left out.
 *
 * @param light of each pixel of the picture, how much of it is drawn anew; what lies outside of the region stays whatever it says
 * @param feather as of `pasteBack`, in the picture's pixels
 */
export function putBack(picture: Pixels, drawn: Pixels, region: Region, light: Float32Array, feather: number): Pixels {
  const { x: left, y: top, width, height } = region
  const own = resample(drawn, { x: 0, y: 0, width: drawn.width, height: drawn.height }, width, height)
  const whole = { ...picture, data: new Uint8ClampedArray(picture.data) }
  for (let y = Math.max(top, 0); y < Math.min(top + height, picture.height); y++) {
    const [from, to] = [Math.max(left, 0), Math.min(left + width, picture.width)]
    const line = 4 * ((y - top) * width - left)
    whole.data.set(own.data.subarray(line + 4 * from, line + 4 * to), 4 * (y * picture.width + from))
  }
  return pasteBack(picture, whole, insideOf(region, picture, light), feather)
}

/** Light that is 0 outside of a region. */
function insideOf({ x, y, width, height }: Region, picture: Pixels, light: Float32Array): Float32Array {
  return light.map((value, i) => {
    const [column, row] = [i % picture.width, Math.floor(i / picture.width)]
    return column >= x && column < x + width && row >= y && row < y + height ? value : 0
  })
}
