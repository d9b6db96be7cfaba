import { mapValues, minus, plus } from '../tensor/arithmetic'
import { type Tensor, zeros } from '../tensor/tensor'

/** The 5-tap binomial filter of kornia's pyramids, applied along both axes. */
const taps = [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]

/** Index mirrored at the edges without repeating them (torch's `reflect`), for any distance. */
function mirrored(i: number, n: number): number {
  if (n === 1) return 0
  const period = 2 * (n - 1)
  const at = ((i % period) + period) % period
  return at < n ? at : period - at
}

/** A tensor [C, h, w] of which each value is read from one at another size. */
function resampled(
  { data, shape }: Tensor,
  h: number,
  w: number,
  read: (plane: Float32Array, y: number, x: number) => number,
): Tensor {
  const [channels, height, width] = shape
  const out = zeros([channels, h, w])
  for (let c = 0; c < channels; c++) {
    const plane = data.subarray(c * height * width, (c + 1) * height * width)
    for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out.data[(c * h + y) * w + x] = read(plane, y, x)
  }
  return out
}

function blurred(a: Tensor): Tensor {
  const [, h, w] = a.shape
  const across = resampled(a, h, w, (plane, y, x) =>
    taps.reduce((sum, tap, k) => sum + tap * plane[y * w + mirrored(x + k - 2, w)], 0),
  )
  return resampled(across, h, w, (plane, y, x) =>
    taps.reduce((sum, tap, k) => sum + tap * plane[mirrored(y + k - 2, h) * w + x], 0),
  )
}

/** Blurred, then half the size: the mean of each 2×2. Edges must be even. */
export function pyramidDown(a: Tensor): Tensor {
  const [, h, w] = a.shape
  return resampled(blurred(a), h / 2, w / 2, (plane, y, x) => {
    const [y0, x0, y1, x1] = [2 * y, 2 * x, 2 * y + 1, 2 * x + 1]
    return (plane[y0 * w + x0] + plane[y0 * w + x1] + plane[y1 * w + x0] + plane[y1 * w + x1]) / 4
  })
}

/** Twice the size (bilinear, half-pixel centres), then blurred. */
export function pyramidUp(a: Tensor): Tensor {
  const [, h, w] = a.shape
  /** Neighbours and the second one's weight of an output index. */
  const place = (i: number, n: number): [number, number, number] => {
    const at = Math.max(0, (i + 0.5) / 2 - 0.5)
    const low = Math.min(Math.floor(at), n - 1)
    return [low, Math.min(low + 1, n - 1), at - low]
  }
  return blurred(
    resampled(a, 2 * h, 2 * w, (plane, y, x) => {
      const [y0, y1, fy] = place(y, h)
      const [x0, x1, fx] = place(x, w)
      const top = plane[y0 * w + x0] * (1 - fx) + plane[y0 * w + x1] * fx
      const bottom = plane[y1 * w + x0] * (1 - fx) + plane[y1 * w + x1] * fx
      return top * (1 - fy) + bottom * fy
    }),
  )
}

/** Mirrored to the right and below up to a size. */
const padded = (a: Tensor, h: number, w: number): Tensor =>
  resampled(a, h, w, (plane, y, x) => plane[mirrored(y, a.shape[1]) * a.shape[2] + mirrored(x, a.shape[2])])

const cropped = (a: Tensor, h: number, w: number): Tensor =>
  resampled(a, h, w, (plane, y, x) => plane[y * a.shape[2] + x])

/** The size kornia builds a pyramid at: of the next powers of two, unless one edge is a power of two already. */
function pyramidSize(h: number, w: number, levels: number): [number, number] {
  const power = (n: number) => 2 ** Math.ceil(Math.log2(n))
  const [tall, wide] = power(h) !== h && power(w) !== w ? [power(h), power(w)] : [h, w]
  // kornia stops at an edge that halves unevenly; here it is padded until it does not.
  const unit = 2 ** (levels - 1)
  return [Math.ceil(tall / unit) * unit, Math.ceil(wide / unit) * unit]
}

/** Frequency bands of a tensor, from high to low; `join` of them is the tensor again. */
export interface LaplacianPyramid {
  readonly bands: readonly Tensor[]
  readonly join: (bands: readonly Tensor[]) => Tensor
}

/**
 * Laplacian pyramid of [C, h, w] in `levels` bands, as kornia's `build_laplacian_pyramid` with `pyrup` and `pyrdown`
 * (5-tap binomial filter, mirrored edges). What was padded is cut off again by `join`.
 */
export function laplacianPyramid(a: Tensor, levels: number): LaplacianPyramid {
  const [, height, width] = a.shape
  const [h, w] = pyramidSize(height, width, levels)
  const gaussian = [h === height && w === width ? mapValues(a, (x) => x) : padded(a, h, w)]
  for (let level = 1; level < levels; level++) gaussian.push(pyramidDown(gaussian[level - 1]))
  const bands = gaussian.map((g, level) => (level + 1 < levels ? minus(g, pyramidUp(gaussian[level + 1])) : g))
  return {
    bands,
    join: (changed) =>
      cropped(
        [...changed].reverse().reduce((image, band) => plus(pyramidUp(image), band)),
        height,
        width,
      ),
  }
}
