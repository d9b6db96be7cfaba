import { NegError, type Tensor } from '@neg/core'

/**
 * Tensors of one shape as a NumPy `.npy` file, version 1.0: float32, little-endian, shape [n, ...shape]. One picture's
 * latents give [1, C, h, w], as diffusers' `output_type="latent"` does; several pictures stand along the first axis.
 */
export function encodeNpy(tensors: readonly Tensor[]): Uint8Array {
  const [first] = tensors
  const shape = [tensors.length, ...(first?.shape ?? [])]
  if (tensors.some((tensor) => tensor.shape.join() !== first.shape.join())) {
    throw new NegError('internal', 'Latents of different sizes cannot share one .npy file.')
  }
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`
  // Magic, version and length take 10 bytes; the data begins at a multiple of 64; the header ends with a line feed.
  const length = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10
  const values = tensors.reduce((sum, { data }) => sum + data.length, 0)
  const file = new Uint8Array(10 + length + 4 * values)
  file.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8])
  file.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`), 10)
  const view = new DataView(file.buffer, 10 + length)
  let at = 0
  for (const { data } of tensors) for (const value of data) view.setFloat32(4 * at++, value, true)
  return file
}
