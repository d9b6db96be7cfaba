import { NegError, type Tensor, tensor } from '@neg/core'

/** Hidden states side by side by channel: [n, a] and [n, b] give [n, a + b]. @experimental */
export function besideChannels(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0]
  const [rows] = parts[0].shape
  const width = parts.reduce((sum, { shape }) => sum + shape[1], 0)
  const data = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) {
    let at = row * width
    for (const { data: source, shape } of parts) {
      data.set(source.subarray(row * shape[1], (row + 1) * shape[1]), at)
      at += shape[1]
    }
  }
  return tensor(data, [rows, width])
}

/**
 * Hidden states one after another by sequence: [n, a] and [m, b] give [n + m, width], narrower ones filled up with zeros.
 *
 * @experimental
 */
export function oneAfterAnother(parts: readonly Tensor[], width: number): Tensor {
  const rows = parts.reduce((sum, { shape }) => sum + shape[0], 0)
  const data = new Float32Array(rows * width)
  let at = 0
  for (const { data: source, shape } of parts) {
    const [count, own] = shape
    if (own > width) {
      throw new NegError('model-mismatch', `A text encoder gives ${own} channels; the denoiser takes ${width}.`)
    }
    for (let row = 0; row < count; row++) data.set(source.subarray(row * own, (row + 1) * own), (at + row) * width)
    at += count
  }
  return tensor(data, [rows, width])
}

/** Pooled outputs side by side. @experimental */
export function joinedVectors(parts: readonly (Tensor | undefined)[]): Tensor {
  const data = parts.flatMap((part) => (part ? [...part.data] : []))
  return tensor(Float32Array.from(data), [data.length])
}
