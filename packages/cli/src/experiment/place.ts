import { type Pixels, type Tensor, tensor } from '@neg/core'

/**
 * Where two pictures differ: the mean absolute difference over colours, pooled to `height` × `width` cells. Pictures of one
 * seed with and without a thing differ where the thing is.
 */
export function differencePlace(a: Pixels, b: Pixels, height: number, width: number): Tensor {
  const data = new Float32Array(height * width)
  const [cellHeight, cellWidth] = [a.height / height, a.width / width]
  for (let y = 0; y < a.height; y++) {
    const row = Math.floor(y / cellHeight) * width
    for (let x = 0; x < a.width; x++) {
      const at = 4 * (y * a.width + x)
      let difference = 0
      for (let c = 0; c < 3; c++) difference += Math.abs(a.data[at + c] - b.data[at + c])
      data[row + Math.floor(x / cellWidth)] += difference / (3 * 255 * cellHeight * cellWidth)
    }
  }
  return tensor(data, [height, width])
}
