import { NegError } from '@neg/core'

/** Cells of a layer `level` halvings below the latents: each stride of 2 rounds up. */
export const layerSize = (height: number, width: number, level: number): [height: number, width: number] => [
  Math.ceil(height / 2 ** level),
  Math.ceil(width / 2 ** level),
]

/** The size of a layer of so many pixels, for latents of height × width cells. */
export function sizeOfLayer(height: number, width: number, pixels: number): [height: number, width: number] {
  for (let level = 0; level < 16; level++) {
    const size = layerSize(height, width, level)
    if (size[0] * size[1] === pixels) return size
  }
  throw new NegError(
    'model-unsupported',
    `An attention layer has ${pixels} pixels, which is no halving of ${height} × ${width} latent cells.`,
  )
}
