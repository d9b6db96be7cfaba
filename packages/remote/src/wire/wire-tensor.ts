import { NegError } from '@neg/core'
import { toFloats, toValue, type Value } from '@neg/onnx'
import { fromBfloat16, toBfloat16 } from './bfloat16'
import { type Datatype, datatypeBytes, datatypeOf, elementTypeOf } from './datatype'

/** A tensor as it travels: row-major, little-endian bytes (a JSON transport reads its numbers from them). */
export interface WireTensor {
  readonly name: string
  readonly datatype: Datatype
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/** Elements that a shape holds; NaN for a shape that is none (negative, fractional or beyond 2⁵³). */
export function elementCount(shape: readonly number[]): number {
  let count = 1
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) return Number.NaN
    count *= size
    if (!Number.isSafeInteger(count)) return Number.NaN
  }
  return count
}

/** Bytes that a tensor of a datatype and shape takes; undefined for BYTES, NaN for a shape that is none. */
export function byteCount(datatype: Datatype, shape: readonly number[]): number | undefined {
  const each = datatypeBytes[datatype]
  if (each === 0) return undefined
  const bytes = elementCount(shape) * each
  return Number.isSafeInteger(bytes) ? bytes : Number.NaN
}

/** The very bytes of a typed array. */
export const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

/** A session's value on its way out, converted to the datatype that the other side declares. */
export function toWire(name: string, value: Value, datatype: Datatype, shape = value.shape): WireTensor {
  if (datatype === 'BF16') return { name, datatype, shape, bytes: bytesOf(toBfloat16(toFloats(value))) }
  const type = elementTypeOf(datatype)
  if (type === undefined) {
    throw new NegError('remote-unsupported', `Input '${name}' has datatype ${datatype}, which no value of neg has.`, {
      where: name,
    })
  }
  const converted = value.type === type ? value : toValue(toFloats(value), type, shape)
  return { name, datatype, shape, bytes: bytesOf(converted.data) }
}

const arrays = {
  float32: Float32Array,
  float16: Uint16Array,
  float64: Float64Array,
  int64: BigInt64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const

/** Bytes as elements: a view where the bytes lie right, else a copy. */
function elements<A>(
  Kind: { new (buffer: ArrayBufferLike, offset: number, length: number): A; readonly BYTES_PER_ELEMENT: number },
  bytes: Uint8Array,
): A {
  const size = Kind.BYTES_PER_ELEMENT
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : bytes.slice()
  return new Kind(buffer, byteOffset, bytes.byteLength / size)
}

/**
 * A tensor that came in, as a session's value.
 * @throws `remote-malformed` for a size that does not fit the shape, `remote-unsupported` for datatypes no network has
 */
export function fromWire({ name, datatype, shape, bytes }: WireTensor): Value {
  const type = elementTypeOf(datatype)
  if (type === undefined) {
    throw new NegError('remote-unsupported', `'${name}' has datatype ${datatype}, which no value of neg has.`, {
      where: name,
    })
  }
  const expected = byteCount(datatype, shape)
  if (expected !== bytes.byteLength) {
    throw new NegError(
      'remote-malformed',
      `'${name}' of shape [${shape}] and datatype ${datatype} takes ${expected} bytes; ${bytes.byteLength} came.`,
      { where: name },
    )
  }
  if (datatype === 'BF16') return { type: 'float32', data: fromBfloat16(elements(Uint16Array, bytes)), shape }
  return { type, data: elements<unknown>(arrays[type], bytes), shape } as Value
}

/** The tensor that a session's value is, in its own type. */
export const wireOf = (name: string, value: Value): WireTensor => toWire(name, value, datatypeOf(value.type))
