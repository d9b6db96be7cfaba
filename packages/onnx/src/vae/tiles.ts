import { type Tensor, tensor } from '@neg/core'

/** Tiles that a VAE takes a large picture in. */
export interface Tiling {
  /** Edge of a tile in pixels, and in latent cells. */
  readonly size: number
  readonly cells: number
  /** Edge of a picture in pixels above which it is taken in tiles. */
  readonly above: number
}

/** Share of a tile that it has in common with the next (diffusers' `tile_overlap_factor`). */
const overlap = 0.25

/**
 * A network over overlapping tiles, blended over where they overlap: diffusers' `AutoencoderKL.tiled_decode` and
 * `tiled_encode`, which see the same tiles and weigh them the same. Tiles at the right and lower edge are what is left.
 *
 * @param input [C, H, W]
 * @param from edge of a tile of the input
 * @param to edge of what the network makes of it
 * @param each the network: [C, h, w] → [D, h · to / from, w · to / from]
 */
export async function inTiles(
  input: Tensor,
  from: number,
  to: number,
  each: (tile: Tensor) => Promise<Tensor>,
): Promise<Tensor> {
  const [, height, width] = input.shape
  const step = Math.floor(from * (1 - overlap))
  const extent = Math.floor(to * overlap)
  const kept = to - extent
  const [outHeight, outWidth] = [height, width].map((edge) => Math.floor((edge * to) / from))
  let whole: Tensor | undefined
  let above: Tensor[] = []
  for (let row = 0; row * step < height; row++) {
    const tiles: Tensor[] = []
    for (let column = 0; column * step < width; column++) {
      const tile = await each(cut(input, row * step, column * step, from))
      if (row > 0) blend(above[column], tile, extent, 1)
      if (column > 0) blend(tiles[column - 1], tile, extent, 2)
      tiles.push(tile)
      const channels = tile.shape[0]
      whole ??= tensor(new Float32Array(channels * outHeight * outWidth), [channels, outHeight, outWidth])
      paste(tile, whole, row * kept, column * kept, kept)
    }
    above = tiles
  }
  // A picture has at least one tile.
  return whole as Tensor
}

/** The part of [C, H, W] from a corner on, with edges of so many at most. */
function cut({ data, shape: [channels, height, width] }: Tensor, top: number, left: number, edge: number): Tensor {
  const [h, w] = [Math.min(edge, height - top), Math.min(edge, width - left)]
  const part = new Float32Array(channels * h * w)
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < h; y++) {
      const start = (c * height + top + y) * width + left
      part.set(data.subarray(start, start + w), (c * h + y) * w)
    }
  }
  return tensor(part, [channels, h, w])
}

/** What of a tile is not the next one's, to its place. */
function paste(
  { data, shape: [channels, h, w] }: Tensor,
  whole: Tensor,
  top: number,
  left: number,
  kept: number,
): void {
  const [, height, width] = whole.shape
  const [rows, columns] = [Math.min(kept, h, height - top), Math.min(kept, w, width - left)]
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      const start = (c * h + y) * w
      whole.data.set(data.subarray(start, start + columns), (c * height + top + y) * width + left)
    }
  }
}

/** Fades the end of one tile, along an axis, into the beginning of the next, in place. */
function blend(a: Tensor, b: Tensor, most: number, axis: 1 | 2): void {
  const extent = Math.min(a.shape[axis], b.shape[axis], most)
  const [channels, h, w] = b.shape
  const [, ah, aw] = a.shape
  const [rows, columns] = axis === 1 ? [extent, Math.min(w, aw)] : [Math.min(h, ah), extent]
  const [down, right] = axis === 1 ? [ah - extent, 0] : [0, aw - extent]
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const at = (c * h + y) * w + x
        const weight = (axis === 1 ? y : x) / extent
        b.data[at] = a.data[(c * ah + down + y) * aw + right + x] * (1 - weight) + b.data[at] * weight
      }
    }
  }
}
