import { NegError } from '@neg/core'
import { type ElementType, toFloats, toValue } from '@neg/onnx'
import { decodeTexts, encodeTexts } from './bytes-elements'
import { type Datatype, elementTypeOf } from './datatype'
import { elementCount, fromWire, toWire, type WireTensor } from './wire-tensor'

/**
 * A tensor's elements as JSON: one flat list of numbers, booleans or texts.
 * @throws `remote-unsupported` for numbers that JSON has not: what is not finite would become null, and whole numbers beyond
 *   2⁵³ others
 */
export function jsonData(tensor: WireTensor): (number | boolean | string)[] {
  if (tensor.datatype === 'BYTES') return decodeTexts(tensor.bytes, tensor.name)
  const value = fromWire(tensor)
  if (value.type === 'bool') return Array.from(value.data, (bit) => bit !== 0)
  const whole = value.type === 'int64'
  const numbers: number[] = whole
    ? Array.from(value.data, Number)
    : Array.from(value.type === 'float64' ? value.data : toFloats(value))
  const sayable = whole ? Number.isSafeInteger : Number.isFinite
  const bad = numbers.findIndex((one) => !sayable(one))
  if (bad < 0) return numbers
  throw new NegError(
    'remote-unsupported',
    `'${tensor.name}' holds ${numbers[bad]} at ${bad}, which JSON can't say: let it travel as binary data.`,
    { where: tensor.name },
  )
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
  const wire = numbersToWire(name, type, datatype, shape, numbers)
  // A number that the datatype has not must not become another one in silence.
  const held = fromWire(wire)
  if (type === 'bool' && numbers.some((x) => x !== 0 && x !== 1)) throw malformed('BOOL as JSON is true, false, 0 or 1')
  const exact = type === 'int64' || type === 'int32' || type === 'uint8' || type === 'bool'
  const kept = exact ? held.data : toFloats(held)
  const lost = numbers.findIndex((x, i) => (exact ? Number(kept[i]) !== x : !Number.isFinite(kept[i])))
  if (lost >= 0) throw malformed(`${datatype} has no ${numbers[lost]}`)
  return wire
}

function numbersToWire(
  name: string,
  type: ElementType,
  datatype: Datatype,
  shape: readonly number[],
  numbers: readonly number[],
): WireTensor {
  if (type === 'float64') return toWire(name, { type, data: Float64Array.from(numbers), shape }, datatype)
  if (type === 'int32') return toWire(name, { type, data: Int32Array.from(numbers), shape }, datatype)
  if (type === 'int64') {
    const whole = numbers.map((x) => BigInt(Number.isSafeInteger(x) ? x : 0))
    return toWire(name, { type, data: BigInt64Array.from(whole), shape }, datatype)
  }
  return toWire(name, toValue(Float32Array.from(numbers), 'float32', shape), datatype)
}
