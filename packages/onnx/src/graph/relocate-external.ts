import { type MemoryField, wireFields } from './wire-fields'
import { bytesField, joinBytes, textField } from './wire-writer'

/** A message with the content of those fields replaced for which `change` gives another; the rest byte for byte. */
function withFields(message: Uint8Array, change: (field: MemoryField) => Uint8Array | undefined): Uint8Array {
  const parts: Uint8Array[] = []
  let copied = 0
  for (const field of wireFields(message)) {
    const content = change(field)
    if (content === undefined) continue
    parts.push(message.subarray(copied, field.start), bytesField(field.number, content))
    copied = field.end
  }
  return parts.length === 0 ? message : joinBytes([...parts, message.subarray(copied)])
}

const utf8 = new TextDecoder()

/** StringStringEntryProto: key = 1, value = 2. */
function relocateEntry(entry: Uint8Array, names: ReadonlyMap<string, string>): Uint8Array | undefined {
  const texts = new Map([...wireFields(entry)].map(({ number, bytes }) => [number, utf8.decode(bytes)]))
  const name = texts.get(1) === 'location' ? names.get(texts.get(2) ?? '') : undefined
  return name === undefined ? undefined : joinBytes([textField(1, 'location'), textField(2, name)])
}

/**
 * A serialized ModelProto whose weights in other files are looked for under other names. For folders of links: a graph in
 * memory must name its weights by where they really are.
 *
 * @param names the graph's name of a file → the other
 */
export const relocateExternal = (model: Uint8Array, names: ReadonlyMap<string, string>): Uint8Array =>
  // ModelProto: graph = 7; GraphProto: initializer = 5; TensorProto: external_data = 13.
  withFields(model, (graph) =>
    graph.number !== 7
      ? undefined
      : withFields(graph.bytes, (tensor) =>
          tensor.number !== 5
            ? undefined
            : withFields(tensor.bytes, (entry) =>
                entry.number === 13 ? relocateEntry(entry.bytes, names) : undefined,
              ),
        ),
  )
