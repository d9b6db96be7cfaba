import type { Pixels } from '@neg/core'

/** A picture whose pixels are a function of their place: [red, green, blue]. */
export function drawnPixels(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number],
): Pixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 4)
  }
  return { width, height, data }
}

/** The picture that fixtures/layouts' recordings begin from. */
export const recordedPicture = (width: number, height: number): Pixels =>
  drawnPixels(width, height, (x, y) => [
    Math.floor((x * 255) / width),
    Math.floor((y * 255) / height),
    ((x + y) * 7) % 256,
  ])

/** White where `light` says so, else black. */
export const maskPixels = (width: number, height: number, light: (x: number, y: number) => boolean): Pixels =>
  drawnPixels(width, height, (x, y) => (light(x, y) ? [255, 255, 255] : [0, 0, 0]))
