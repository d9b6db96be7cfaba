import type { Pixels, Tensor } from '@neg/core'

/** RGB of a latent cell as a linear function of its channels: [channels + 1, 3], the last row added as it is. */
export type SketchWeights = readonly (readonly [number, number, number])[]

/** Solves A X = B for a symmetric, positive A, in place: Gauss with pivots. */
function solve(a: number[][], b: number[][]): number[][] {
  const n = a.length
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column + 1; row < n; row++) if (Math.abs(a[row][column]) > Math.abs(a[pivot][column])) pivot = row
    ;[a[column], a[pivot]] = [a[pivot], a[column]]
    ;[b[column], b[pivot]] = [b[pivot], b[column]]
    for (let row = 0; row < n; row++) {
      if (row === column) continue
      const factor = a[row][column] / a[column][column]
      for (let k = column; k < n; k++) a[row][k] -= factor * a[column][k]
      for (let k = 0; k < b[row].length; k++) b[row][k] -= factor * b[column][k]
    }
  }
  return b.map((row, i) => row.map((value) => value / a[i][i]))
}

/** The mean colour of what each latent cell covers, 0 … 255, [cells][3]. */
function cellColours({ width, height, data }: Pixels, h: number, w: number): number[][] {
  const cells = Array.from({ length: h * w }, () => [0, 0, 0, 0])
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = cells[Math.floor((y * h) / height) * w + Math.floor((x * w) / width)]
      for (let c = 0; c < 3; c++) cell[c] += data[4 * (y * width + x) + c]
      cell[3]++
    }
  }
  return cells.map(([r, g, b, count]) => [r / count, g / count, b / count])
}

/**
 * Learns from a finished picture how a model's latents look, by least squares: what a decoder does, near enough for a
 * picture in the making, and at no cost. Undefined for latents that are no grid of one picture.
 */
export function learnSketch({ data, shape }: Tensor, image: Pixels): SketchWeights | undefined {
  const [channels, h, w] = shape
  if (shape.length !== 3 || image.width === 0) return undefined
  const colours = cellColours(image, h, w)
  const n = channels + 1
  const a = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1e-3 : 0)))
  const b = Array.from({ length: n }, () => [0, 0, 0])
  for (let cell = 0; cell < h * w; cell++) {
    const row = [...Array.from({ length: channels }, (_, c) => data[c * h * w + cell]), 1]
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) a[i][j] += row[i] * row[j]
      for (let k = 0; k < 3; k++) b[i][k] += row[i] * colours[cell][k]
    }
  }
  return solve(a, b) as unknown as SketchWeights
}

/** Latents of any moment as a small picture, a pixel a cell. */
export function sketchOf({ data, shape }: Tensor, weights: SketchWeights): Pixels | undefined {
  const [channels, height, width] = shape
  if (shape.length !== 3 || weights.length !== channels + 1) return undefined
  const cells = height * width
  const pixels = new Uint8ClampedArray(4 * cells)
  for (let cell = 0; cell < cells; cell++) {
    for (let k = 0; k < 3; k++) {
      let value = weights[channels][k]
      for (let c = 0; c < channels; c++) value += weights[c][k] * data[c * cells + cell]
      pixels[4 * cell + k] = value
    }
    pixels[4 * cell + 3] = 255
  }
  return { width, height, data: pixels }
}
