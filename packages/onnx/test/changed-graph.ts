import { joinBytes, messageField, textField, varintField } from '../src/graph/wire-writer'

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
