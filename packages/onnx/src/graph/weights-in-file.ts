import type { ModelFile } from '../files/model-files'
import type { GraphPatch } from './graph-patch'
import { type WireField, WireReader } from './wire-reader'
import { bytesField, joinBytes, messageField, textField, varintField } from './wire-writer'

/** Smaller weights stay in the graph: runtimes want shapes and the like at hand. */
const leastBytes = 1 << 12

/**
 * A model's bytes with a patch applied, whose weights stay where they are: what the file holds is said to lie in it, at an
 * offset, so that a runtime maps it and nobody reads it into memory.
 *
 * @param location the file's name, beside which the runtime looks for external data
 */
export async function readWithoutWeights(file: ModelFile, location: string, patch: GraphPatch): Promise<Uint8Array> {
  const reader = new WireReader(file)
  const overwrites = [...(patch.overwrites ?? [])].sort((a, b) => a.at - b.at)
  /** [from, to) of the file, overwritten where the patch says so. */
  const copy = async (from: number, to: number): Promise<Uint8Array> => {
    const bytes = Uint8Array.from(await file.slice(from, to))
    for (const { at, bytes: other } of overwrites) if (at >= from && at < to) bytes.set(other, at - from)
    return bytes
  }
  const model: Uint8Array[] = []
  let done = 0
  for await (const field of reader.fields(0, file.size)) {
    // ModelProto: graph = 7.
    if (field.number === 7 && field.wire === 2)
      model.push(messageField(7, ...(await graphParts(reader, field, location, copy))))
    else model.push(await copy(done, field.end))
    done = field.end
  }
  return joinBytes([...model, patch.bytes])
}

async function graphParts(
  reader: WireReader,
  graph: WireField,
  location: string,
  copy: (from: number, to: number) => Promise<Uint8Array>,
): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = []
  let copied = graph.start
  let end = graph.start
  for await (const part of reader.fields(graph.start, graph.end)) {
    // GraphProto: initializer = 5.
    if (part.number === 5 && part.wire === 2 && part.end - part.start >= leastBytes) {
      const tensor = await mapped(reader, part, location)
      if (tensor) {
        if (end > copied) parts.push(await copy(copied, end))
        parts.push(bytesField(5, tensor))
        copied = part.end
      }
    }
    end = part.end
  }
  if (end > copied) parts.push(await copy(copied, end))
  return parts
}

/** TensorProto: raw_data = 9, external_data = 13 { key = 1, value = 2 }, data_location = 14 (1 is external). */
async function mapped(reader: WireReader, tensor: WireField, location: string): Promise<Uint8Array | undefined> {
  let raw: WireField | undefined
  const others: Uint8Array[] = []
  let from = tensor.start
  for await (const field of reader.fields(tensor.start, tensor.end)) {
    if (field.number === 9) raw = field
    else others.push(await reader.bytes({ start: from, end: field.end }))
    from = field.end
  }
  if (!raw || raw.end - raw.start < leastBytes) return undefined
  const entry = (key: string, value: string) => messageField(13, textField(1, key), textField(2, value))
  const place = [
    entry('location', location),
    entry('offset', `${raw.start}`),
    entry('length', `${raw.end - raw.start}`),
  ]
  return joinBytes([...others, ...place, varintField(14, 1)])
}
