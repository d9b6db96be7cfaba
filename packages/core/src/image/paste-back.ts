import type { Pixels } from './pixels'

/**
 * What was drawn inside of a mask, laid over the picture it was drawn from. Where the mask is dark the pixels are the
 * picture's own, alpha included; inside, what was drawn fades in over `feather` pixels from the mask's edge, and no further than a
 * grey or half transparent mask lets it.
 *
 * @param drawn Of the picture's size.
 * @param light How much of each pixel is drawn anew, 0 to 1: `maskLight` of a mask picture.
 * @param feather Pixels that the fading takes; 0: a hard edge. A mask that is thinner than twice that fades to its middle.
 */
export function pasteBack(picture: Pixels, drawn: Pixels, light: Float32Array, feather: number): Pixels {
  const { width, height } = picture
  const depth = depths(light, width, height)
  const full = Math.min(
    feather + 1,
    depth.reduce((a, b) => Math.max(a, b), 1),
  )
  const data = new Uint8ClampedArray(picture.data)
  for (let i = 0; i < light.length; i++) {
    if (light[i] === 0) continue
    const share = light[i] * Math.min(depth[i] / full, 1)
    for (let at = 4 * i; at < 4 * i + 4; at++) data[at] += share * (drawn.data[at] - data[at])
  }
  return { width, height, data }
}

/** How light each pixel of a mask is, 0 to 1; transparent counts as dark. */
export function maskLight({ width, height, data }: Pixels): Float32Array {
  const light = new Float32Array(width * height)
  for (let i = 0; i < light.length; i++) {
    const at = 4 * i
    light[i] = ((data[at] + data[at + 1] + data[at + 2]) * data[at + 3]) / (3 * 255 * 255)
  }
  return light
}

const diagonal = Math.SQRT2

/**
 * Distance of each light pixel to the nearest dark one, in pixels, by a chamfer of 1 and √2 in two sweeps (Borgefors 1986); dark
 * ones 0. Beyond the picture nothing is dark.
 */
function depths(light: Float32Array, width: number, height: number): Float32Array {
  const depth = Float32Array.from(light, (value) => (value > 0 ? Number.POSITIVE_INFINITY : 0))
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? Number.POSITIVE_INFINITY : depth[y * width + x]
  const sweep = (x: number, y: number, back: 1 | -1) => {
    const i = y * width + x
    if (depth[i] === 0) return
    depth[i] = Math.min(
      depth[i],
      at(x - back, y) + 1,
      at(x, y - back) + 1,
      at(x - back, y - back) + diagonal,
      at(x + back, y - back) + diagonal,
    )
  }
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sweep(x, y, 1)
  for (let y = height - 1; y >= 0; y--) for (let x = width - 1; x >= 0; x--) sweep(x, y, -1)
  return depth
}
