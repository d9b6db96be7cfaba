import { wireFields } from './wire-fields'
import { bytesField, floatField, joinBytes, messageField, textField, varintField } from './wire-writer'

/** TensorProto.DataType of what patches deal in. */
export const types = { float32: 1, int64: 7, bool: 9, float16: 10 } as const

export type PatchType = keyof typeof types

/** A fractional attribute. */
export class FloatAttribute {
  constructor(readonly value: number) {}
}

/** An attribute: an integer, a fraction, a list of integers, a text, or a graph. */
export type Attribute = number | FloatAttribute | readonly number[] | string | Uint8Array

/** NodeProto.attribute = 5: AttributeProto { name = 1, f = 2, i = 3, s = 4, g = 6, ints = 8, type = 20 }. */
function attributeField(name: string, value: Attribute): Uint8Array {
  const [content, type] =
    typeof value === 'number'
      ? [[varintField(3, value)], 2]
      : typeof value === 'string'
        ? [[textField(4, value)], 3]
        : value instanceof Uint8Array
          ? [[bytesField(6, value)], 5]
          : value instanceof FloatAttribute
            ? [[floatField(2, value.value)], 1]
            : [value.map((entry) => varintField(8, entry)), 7]
  return messageField(5, textField(1, name), ...content, varintField(20, type))
}

/** ValueInfoProto { name = 1, type = 2 { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 } } } }. */
export function valueInfo(name: string, type: PatchType, shape: readonly (number | string)[]): Uint8Array {
  const dimensions = shape.map((size) =>
    messageField(1, typeof size === 'number' ? varintField(1, size) : textField(2, size)),
  )
  return joinBytes([
    textField(1, name),
    messageField(2, messageField(1, varintField(1, types[type]), messageField(2, ...dimensions))),
  ])
}

/** TensorProto { dims = 1, data_type = 2, name = 8, raw_data = 9 }. */
export function tensorProto(
  name: string,
  type: PatchType,
  shape: readonly number[],
  data: ArrayBufferView,
): Uint8Array {
  return joinBytes([
    ...shape.map((size) => varintField(1, size)),
    varintField(2, types[type]),
    textField(8, name),
    bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ])
}

/** An operator's domain (empty for ONNX's own) and its name in it. */
export function operator(op: string): readonly [domain: string, name: string] {
  const dot = op.lastIndexOf('.')
  return [op.slice(0, Math.max(0, dot)), op.slice(dot + 1)]
}

/** NodeProto { input = 1, output = 2, name = 3, op_type = 4, domain = 7 }. */
export function nodeProto(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  called: string,
  attributes: Readonly<Record<string, Attribute>>,
): Uint8Array {
  const [domain, type] = operator(op)
  return joinBytes([
    ...inputs.map((name) => textField(1, name)),
    ...outputs.map((name) => textField(2, name)),
    textField(3, called),
    textField(4, type),
    ...(domain === '' ? [] : [textField(7, domain)]),
    ...Object.entries(attributes).map(([name, value]) => attributeField(name, value)),
  ])
}

/** GraphProto { node = 1, name = 2, input = 11, output = 12 } of a branch or a loop's body. */
export const bodyProto = (
  name: string,
  nodes: readonly Uint8Array[],
  inputs: readonly Uint8Array[],
  outputs: readonly string[],
): Uint8Array =>
  joinBytes([
    ...nodes.map((node) => bytesField(1, node)),
    textField(2, name),
    ...inputs.map((info) => bytesField(11, info)),
    ...outputs.map((output) => messageField(12, textField(1, output))),
  ])

const utf8 = new TextDecoder()

/** A node with other names of the values that it reads and gives, where `names` has any. */
export const renamedNode = (node: Uint8Array, names: ReadonlyMap<string, string>, called: string): Uint8Array =>
  joinBytes(
    [...wireFields(node)].map(({ number, bytes }) => {
      if (number === 3) return textField(3, called)
      const other = number === 1 || number === 2 ? names.get(utf8.decode(bytes)) : undefined
      return other === undefined ? bytesField(number, bytes) : textField(number, other)
    }),
  )
