import { NegError } from '@neg/core'
import { toFloats, toValue } from '@neg/onnx'
import { decodeTexts, encodeTexts } from './bytes-elements'
import { type Datatype, elementTypeOf } from './datatype'
import { elementCount, fromWire, toWire, type WireTensor } from './wire-tensor'

/** A tensor's elements as JSON: one flat list of numbers, booleans or texts. */
export function jsonData(tensor: WireTensor): (number | boolean | string)[] {
  if (tensor.datatype === 'BYTES') return decodeTexts(tensor.bytes, tensor.name)
  const value = fromWire(tensor)
  if (value.type === 'bool') return Array.from(value.data, (bit) => bit !== 0)
  if (value.type === 'float64') return Array.from(value.data)
  if (value.type === 'int64') return Array.from(value.data, Number)
  return Array.from(toFloats(value))
}

/** Axes of a tensor at most; lists that nest deeper hold no numbers. */
const deepest = 8

/** A list's leaves in order; a tensor may come flat or nested. */
function leaves(data: unknown, found: unknown[] = [], depth = 0): unknown[] {
  if (!Array.isArray(data) || depth > deepest) found.push(data)
  else for (const inner of data) leaves(inner, found, depth + 1)
  return found
}

/** A tensor that came as JSON. @throws `remote-malformed` when the list does not fit shape and datatype */
export function tensorOfJson(name: string, datatype: Datatype, shape: readonly number[], data: unknown): WireTensor {
  const malformed = (what: string) => new NegError('remote-malformed', `'${name}': ${what}.`, { where: name })
  const flat = leaves(data)
  if (elementCount(shape) !== flat.length) throw malformed(`shape [${shape}] and ${flat.length} numbers do not fit`)
  if (datatype === 'BYTES') {
    if (!flat.every((text): text is string => typeof text === 'string')) throw malformed('BYTES as JSON are texts')
    return { name, datatype, shape, bytes: encodeTexts(flat) }
  }
  const type = elementTypeOf(datatype)
  if (type === undefined) {
    throw new NegError('remote-unsupported', `'${name}' has datatype ${datatype}, which no value of neg has.`, {
      where: name,
    })
  }
  const numbers = flat.map((element) => (typeof element === 'boolean' ? Number(element) : element))
  if (!numbers.every((x): x is number => typeof x === 'number')) throw malformed(`${datatype} as JSON are numbers`)
  if (type === 'float64') return toWire(name, { type, data: Float64Array.from(numbers), shape }, datatype)
  if (type === 'int64' || type === 'int32') {
    if (!numbers.every(Number.isSafeInteger)) throw malformed(`${datatype} as JSON are whole numbers`)
    const value =
      type === 'int64'
        ? ({ type, data: BigInt64Array.from(numbers, BigInt), shape } as const)
        : ({ type, data: Int32Array.from(numbers), shape } as const)
    return toWire(name, value, datatype)
  }
  return toWire(name, toValue(Float32Array.from(numbers), 'float32', shape), datatype)
}
