import { NegError } from '../errors/neg-error'

/** One picture's values, float32, no batch axis: latents are [C, H, W]. Never mutated or detached by a callee. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** How many values a shape holds. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)

/** A tensor over `data`, which must hold exactly the shape's number of values. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new NegError('internal', `A tensor of shape [${shape}] holds ${sizeOf(shape)} values; got ${data.length}.`)
  }
  return { data, shape }
}

export const zeros = (shape: readonly number[]): Tensor => ({ data: new Float32Array(sizeOf(shape)), shape })

/** Throws unless `a` and `b` have one shape. */
export function sameShape(a: Tensor, b: Tensor): void {
  if (a.data.length !== b.data.length || a.shape.some((n, i) => n !== b.shape[i])) {
    throw new NegError('internal', `Tensors of shapes [${a.shape}] and [${b.shape}] were combined; they must be equal.`)
  }
}
