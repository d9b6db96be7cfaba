import { bytesField, joinBytes, messageField, textField, varintField } from '../src/graph/wire-writer'

const [utf8, text] = [new TextEncoder(), new TextDecoder('latin1')]

/** Changes in an ONNX file: a name in every place (of equal length), and further inputs. */
export interface GraphChange {
  readonly renamed?: readonly (readonly [from: string, to: string])[]
  readonly inputs?: readonly { readonly name: string; readonly type: number; readonly shape: readonly string[] }[]
}

/** A graph's bytes, changed in place, inputs appended as a second message that readers merge into the first. */
export function changedGraph(graph: Uint8Array, { renamed = [], inputs = [] }: GraphChange): Uint8Array {
  const bytes = Uint8Array.from(graph)
  for (const [from, to] of renamed) {
    const [old, replacement] = [from, to].map((name) => utf8.encode(name))
    if (old.length !== replacement.length) throw new Error(`'${from}' and '${to}' differ in length`)
    const all = text.decode(bytes)
    const length = String.fromCharCode(old.length)
    let found = 0
    // With its length before it, a name is no part of a longer one.
    for (let at = all.indexOf(length + from); at >= 0; at = all.indexOf(length + from, at + 1)) {
      bytes.set(replacement, at + 1)
      found++
    }
    if (found === 0) throw new Error(`there is no '${from}'`)
  }
  if (inputs.length === 0) return bytes
  const infos = inputs.map(({ name, type, shape }) =>
    messageField(
      11,
      textField(1, name),
      messageField(
        2,
        messageField(
          1,
          varintField(1, type),
          messageField(2, ...shape.map((axis) => messageField(1, textField(2, axis)))),
        ),
      ),
    ),
  )
  return joinBytes([bytes, messageField(7, ...infos)])
}

/** Where the message of an input's or output's axis has its first field: { 1: size } (08), or { 2: name } (12). */
function axisAt(bytes: Uint8Array, name: string, axis: number): number {
  const all = text.decode(bytes)
  // ValueInfoProto: the name, then its type: 12 type, 0a tensor, 08 element type, 12 shape, 0a each axis.
  const at = all.lastIndexOf(String.fromCharCode(0x0a, name.length) + name)
  if (at < 0) throw new Error(`there is no '${name}'`)
  let from = all.indexOf('\x12', all.indexOf('\x08', at + 2 + name.length) + 2) + 2
  for (let i = 0; i < axis; i++) from += 2 + bytes[from + 1]
  return from + 2
}

/** An input whose fixed axis (of less than 128) became a free one. */
export function openAxis(graph: Uint8Array, name: string, axis: number): Uint8Array {
  const bytes = Uint8Array.from(graph)
  const at = axisAt(bytes, name, axis)
  if (bytes[at] !== 0x08) throw new Error(`axis ${axis} of '${name}' is not fixed`)
  bytes.set([0x12, 0], at)
  return bytes
}

/** An input whose free axis became a fixed one; the rest of its name is now its denotation. */
export function fixAxis(graph: Uint8Array, name: string, axis: number, size: number): Uint8Array {
  const bytes = Uint8Array.from(graph)
  const at = axisAt(bytes, name, axis)
  if (bytes[at] !== 0x12) throw new Error(`axis ${axis} of '${name}' is not free`)
  bytes.set([0x08, size, 0x1a, bytes[at + 1] - 2], at)
  return bytes
}

/** A fixed axis (of less than 128) that became another fixed one. */
export function resizeAxis(graph: Uint8Array, name: string, axis: number, size: number): Uint8Array {
  const bytes = Uint8Array.from(graph)
  const at = axisAt(bytes, name, axis)
  if (bytes[at] !== 0x08) throw new Error(`axis ${axis} of '${name}' is not fixed`)
  bytes[at + 1] = size
  return bytes
}

/**
 * A UNet of 4 channels that reads further ones: `conv_in.weight`, [16, 4, 3, 3], goes on with weights ((37 i) mod 101 − 50) / 80
 * (fixtures/layouts/record_reading.py).
 */
export function widenedUnet(graph: Uint8Array, channels: number): Uint8Array {
  const own = changedGraph(resizeAxis(graph, 'sample', 1, channels), {
    renamed: [['conv_in.weight', 'conv_in.narrow']],
  })
  const shape = [16, channels - 4, 3, 3]
  const further = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => (((i * 37) % 101) - 50) / 80)
  const weights = messageField(
    5,
    ...shape.map((size) => varintField(1, size)),
    varintField(2, 1),
    textField(8, 'conv_in.further'),
    bytesField(9, new Uint8Array(further.buffer)),
  )
  const axis = messageField(5, textField(1, 'axis'), varintField(3, 1), varintField(20, 2))
  const joined = messageField(
    1,
    textField(1, 'conv_in.narrow'),
    textField(1, 'conv_in.further'),
    textField(2, 'conv_in.weight'),
    textField(4, 'Concat'),
    axis,
  )
  return joinBytes([readByConv(own), messageField(7, weights, joined)])
}

/** The node that reads the first convolution's weights reads the joined ones: NodeProto's second input, `0a 0e name`. */
function readByConv(bytes: Uint8Array): Uint8Array {
  const all = text.decode(bytes)
  const at = all.indexOf('\x0a\x0econv_in.narrow')
  if (at < 0) throw new Error('no node reads conv_in.weight')
  bytes.set(utf8.encode('conv_in.weight'), at + 2)
  return bytes
}
