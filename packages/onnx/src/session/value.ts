import { NegError } from '@neg/core'
import { fromFloat16, toFloat16 } from '@neg/core/internal'

/** The array that holds an element type. float16 travels as its bits. */
interface ElementArrays {
  float32: Float32Array
  float16: Uint16Array
  float64: Float64Array
  int64: BigInt64Array
  int32: Int32Array
  uint8: Uint8Array
  bool: Uint8Array
}

/** Element types of the tensors that text-to-image networks take and give, in ONNX's names. */
export type ElementType = keyof ElementArrays

/** A session's input or output: data in row-major order, batch axis included. */
export type Value = {
  [T in ElementType]: { readonly type: T; readonly data: ElementArrays[T]; readonly shape: readonly number[] }
}[ElementType]

/** What a graph says of an input or output. A dimension that is free has a name (or is empty). */
export interface ValueInfo {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly (number | string)[]
}

/** Whether an axis has a size, and which can be one. */
export const isSize = (axis: number | string | undefined): axis is number =>
  typeof axis === 'number' && axis > 0 && axis < 2 ** 31

/** Numbers as a value of the type that a graph declares; whole numbers where it wants integers. */
export function toValue(numbers: Float32Array, type: ElementType, shape: readonly number[]): Value {
  switch (type) {
    case 'float32':
      return { type, data: numbers, shape }
    case 'float16':
      return { type, data: toFloat16(numbers), shape }
    case 'float64':
      return { type, data: Float64Array.from(numbers), shape }
    case 'int64':
      return { type, data: BigInt64Array.from(numbers, (x) => BigInt(Math.round(x))), shape }
    case 'int32':
      return { type, data: Int32Array.from(numbers, Math.round), shape }
    case 'uint8':
    case 'bool':
      return { type, data: Uint8Array.from(numbers, Math.round), shape }
  }
}

/** A session's output as float32; the very array where it is float32 already. */
export function toFloats({ type, data }: Value): Float32Array {
  if (type === 'float32') return data
  if (type === 'float16') return fromFloat16(data)
  return Float32Array.from(data as ArrayLike<number | bigint>, Number)
}

/** The info of an input or output by name. @throws `model-unsupported` when the graph has none */
export function infoOf(infos: readonly ValueInfo[], name: string, where: string): ValueInfo {
  const info = infos.find((candidate) => candidate.name === name)
  if (info) return info
  const known = infos.map((candidate) => candidate.name).join(', ')
  throw new NegError('model-unsupported', `The graph of ${where} has no '${name}'; it has ${known}.`, { where })
}
