import type { Tensor } from '../tensor/tensor'

/** Euclidean norm over channels (the first axis) at each cell: [C, …] to as many values as the other axes hold. */
export function cellNorms({ data, shape }: Tensor): Float32Array {
  const cells = data.length / shape[0]
  const squares = new Float64Array(cells)
  for (let i = 0; i < data.length; i++) squares[i % cells] += data[i] * data[i]
  return Float32Array.from(squares, Math.sqrt)
}

/** How high a map is where it is highest: the mean of the largest 64th of its cells, so that a single cell says little. */
export function peakOf(map: Float32Array): number {
  const largest = Float32Array.from(map)
    .sort()
    .subarray(-Math.max(1, Math.round(map.length / 64)))
  return largest.reduce((sum, value) => sum + value, 0) / largest.length
}

/**
 * Binomial blur (1 2 1)/4 along the last two axes of a map over the cells of a tensor [C, …, h, w]; beyond the border the border's
 * own values count.
 */
export function smooth(map: Float32Array, shape: readonly number[]): Float32Array {
  const width = shape[shape.length - 1]
  const height = shape.length > 2 ? shape[shape.length - 2] : 1
  return alongAxis(alongAxis(map, width, 1), height, width)
}

/** (1 2 1)/4 along an axis of `length` values that lie `stride` apart. */
function alongAxis(map: Float32Array, length: number, stride: number): Float32Array {
  return map.map((value, i) => {
    const at = Math.floor(i / stride) % length
    const before = at > 0 ? map[i - stride] : value
    const after = at < length - 1 ? map[i + stride] : value
    return (before + 2 * value + after) / 4
  })
}
