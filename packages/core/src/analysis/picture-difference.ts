import { NegError } from '../errors/neg-error'
import type { Pixels } from '../image/pixels'
import type { Tensor } from '../tensor/tensor'
import { resizeMap } from './resize-map'

function sameSize(a: Pixels, b: Pixels): void {
  if (a.width === b.width && a.height === b.height) return
  throw new NegError(
    'image-mismatch',
    `A picture of ${a.width} × ${a.height} pixels is compared with one of ${b.width} × ${b.height}.`,
  )
}

/**
 * Root mean square difference of two pictures' RGB, as a share of the full range. @throws `image-mismatch`
 *
 * @experimental
 */
export function pictureDistance(a: Pixels, b: Pixels): number {
  sameSize(a, b)
  let sum = 0
  for (let i = 0; i < a.data.length; i++) if (i % 4 !== 3) sum += (a.data[i] - b.data[i]) ** 2
  return Math.sqrt(sum / (0.75 * a.data.length)) / 255
}

/**
 * Mean absolute difference of two pictures' RGB, as a share of the full range, where a map [h, w] is at least halfway between
 * its least and its largest value: the place of a word, by its heat map. A flat map is everywhere.
 *
 * @throws `image-mismatch`
 * @experimental
 */
export function differenceAt(a: Pixels, b: Pixels, map: Tensor): number {
  sameSize(a, b)
  const { data } = resizeMap(map, a.height, a.width)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of data) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  let [sum, count] = [0, 0]
  for (let i = 0; i < data.length; i++) {
    if (data[i] < (low + high) / 2) continue
    count++
    for (let c = 4 * i; c < 4 * i + 3; c++) sum += Math.abs(a.data[c] - b.data[c])
  }
  return sum / (3 * 255 * count)
}
