import { type Tensor, tensor } from '../tensor/tensor'

/**
 * A map [h, w] at another size, bilinear between cell centres (torch's `interpolate` with `align_corners=False`): edges
 * hold their values, and enlarging keeps the mean where sizes divide.
 */
export function resizeMap(map: Tensor, height: number, width: number): Tensor {
  const [h, w] = map.shape
  if (h === height && w === width) return map
  const columns = positions(width, w)
  const data = new Float32Array(height * width)
  positions(height, h).forEach(([top, bottom, down], y) => {
    columns.forEach(([left, right, across], x) => {
      const at = (row: number) => (1 - across) * map.data[row * w + left] + across * map.data[row * w + right]
      data[y * width + x] = (1 - down) * at(top) + down * at(bottom)
    })
  })
  return tensor(data, [height, width])
}

/** For each of `count` cells: the two source cells it lies between, and how near the second one is. */
function positions(count: number, from: number): [first: number, second: number, share: number][] {
  return Array.from({ length: count }, (_, i) => {
    const at = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / count - 0.5))
    const first = Math.floor(at)
    return [first, Math.min(first + 1, from - 1), at - first]
  })
}
