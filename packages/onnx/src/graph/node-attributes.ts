import type { GraphNode } from './graph-nodes'
import { type MemoryField, wireFields } from './wire-fields'

const utf8 = new TextDecoder()
const fieldsOf = (bytes: Uint8Array): MemoryField[] => [...wireFields(bytes)]

/** NodeProto.attribute = 5: AttributeProto { name = 1, f = 2, i = 3, t = 5, ints = 8 }. */
function attribute({ bytes }: GraphNode, name: string): MemoryField[] | undefined {
  return fieldsOf(bytes)
    .filter(({ number }) => number === 5)
    .map((field) => fieldsOf(field.bytes))
    .find((fields) => fields.some((own) => own.number === 1 && utf8.decode(own.bytes) === name))
}

/** An integer attribute; −1 and the like come as the large number that their bits are. */
export const intOf = (node: GraphNode, name: string): number | undefined =>
  attribute(node, name)?.find(({ number }) => number === 3)?.value

/** A fractional attribute. */
export function floatOf(node: GraphNode, name: string): number | undefined {
  const bytes = attribute(node, name)?.find(({ number }) => number === 2)?.bytes
  return bytes && new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true)
}

/** A list of small whole numbers, one a field or all in one. */
export function intsOf(node: GraphNode, name: string): number[] | undefined {
  const fields = attribute(node, name)?.filter(({ number }) => number === 8)
  return fields?.flatMap(({ value, bytes }) => (bytes.length > 0 ? [...bytes] : [value]))
}

/** What a Constant node holds: how many numbers, whether all are zero, and the number where it is one int64. */
export interface ConstantContent {
  readonly elements: number
  readonly zero: boolean
  readonly whole?: number
}

/** TensorProto { dims = 1, data_type = 2 (7 is int64), float_data = 4, int64_data = 7, raw_data = 9 }. */
export function constantOf(node: GraphNode): ConstantContent | undefined {
  const nothing = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)
  const fraction = attribute(node, 'value_float')?.find(({ number }) => number === 2)
  if (fraction) return { elements: 1, zero: nothing(fraction.bytes) }
  const whole = intOf(node, 'value_int')
  if (whole !== undefined) return { elements: 1, zero: whole === 0, whole }
  const tensor = attribute(node, 'value')?.find(({ number }) => number === 5)
  if (!tensor) return undefined
  const own = fieldsOf(tensor.bytes)
  const elements = own.filter(({ number }) => number === 1).reduce((product, { value }) => product * value, 1)
  const data = own.filter(({ number }) => number === 4 || number === 9)
  const raw = own.find(({ number }) => number === 9)?.bytes
  const isWhole = own.some(({ number, value }) => number === 2 && value === 7) && elements === 1 && raw?.length === 8
  return {
    elements,
    zero: data.length > 0 && data.every(({ bytes }) => nothing(bytes)),
    ...(isWhole ? { whole: Number(new DataView(raw.buffer, raw.byteOffset, 8).getBigInt64(0, true)) } : {}),
  }
}
