import type { Pixels } from './pixels'

/** A rectangle over a picture, in its pixels; it may reach beyond. */
export interface Region {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What a target pixel is made of: source indices from `first` on, with weights that add up to 1. */
interface Taps {
  readonly first: number
  readonly weights: Float64Array
}

/** Keys' cubic with a = −0.5 (Catmull–Rom), as PIL's BICUBIC. */
function cubic(x: number): number {
  const t = Math.abs(x)
  if (t >= 2) return 0
  return t < 1 ? (1.5 * t - 2.5) * t * t + 1 : ((-0.5 * t + 2.5) * t - 4) * t + 2
}

/** The kernel is as wide as what a target pixel covers, so that shrinking averages. */
function tapsOf(from: number, length: number, count: number): Taps[] {
  const scale = length / count
  const width = Math.max(scale, 1)
  return Array.from({ length: count }, (_, i) => {
    const centre = from + (i + 0.5) * scale - 0.5
    const first = Math.ceil(centre - 2 * width)
    const last = Math.floor(centre + 2 * width)
    const raw = Float64Array.from({ length: last - first + 1 }, (_, k) => cubic((first + k - centre) / width))
    const sum = raw.reduce((a, b) => a + b)
    return { first, weights: raw.map((w) => w / sum) }
  })
}

const within = (i: number, length: number) => Math.min(Math.max(i, 0), length - 1)

/**
 * A region of a picture at another size: bicubic, averaging where it shrinks; beyond the picture its border goes on. The region as it
 * is, to the bit, where the size is the region's.
 */
export function resample(picture: Pixels, region: Region, width: number, height: number): Pixels {
  const columns = tapsOf(region.x, region.width, width)
  const rows = tapsOf(region.y, region.height, height)
  const [top, bottom] = [rows[0].first, rows[height - 1].first + rows[height - 1].weights.length]
  const across = new Float64Array(4 * width * (bottom - top))
  for (let y = top; y < bottom; y++) {
    const line = within(y, picture.height) * picture.width
    columns.forEach(({ first, weights }, x) => {
      const to = 4 * ((y - top) * width + x)
      for (let k = 0; k < weights.length; k++) {
        const from = 4 * (line + within(first + k, picture.width))
        for (let c = 0; c < 4; c++) across[to + c] += weights[k] * picture.data[from + c]
      }
    })
  }
  const data = new Uint8ClampedArray(4 * width * height)
  rows.forEach(({ first, weights }, y) => {
    for (let i = 0; i < 4 * width; i++) {
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += weights[k] * across[4 * width * (first + k - top) + i]
      data[4 * width * y + i] = sum
    }
  })
  return { width, height, data }
}

/** The picture over white, where it is transparent: what a network is shown. */
export function opaque({ width, height, data }: Pixels): Pixels {
  const flat = new Uint8ClampedArray(data.length)
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] / 255
    for (let c = i; c < i + 3; c++) flat[c] = 255 + alpha * (data[c] - 255)
    flat[i + 3] = 255
  }
  return { width, height, data: flat }
}
