import type { ModelFile } from '../files/model-files'
import { joinBytes } from './wire-writer'

/**
 * A change to a serialized ModelProto that leaves its weights where they are: names overwritten by others of equal
 * length, then a second ModelProto appended, which every protobuf reader merges into the first (its nodes, inputs,
 * outputs and constants are added to the graph's).
 *
 * @experimental
 */
export interface GraphPatch {
  /** What the edited graph is called in records: `plain`, `capture`, `capture+nag` … */
  readonly name: string
  readonly bytes: Uint8Array
  readonly overwrites?: readonly { readonly at: number; readonly bytes: Uint8Array }[]
}

/** The model's bytes with a patch applied; `model` is left as it is. */
export function patchModel(model: Uint8Array, { bytes, overwrites = [] }: GraphPatch): Uint8Array<ArrayBuffer> {
  const patched = joinBytes([model, bytes])
  for (const { at, bytes: replacement } of overwrites) patched.set(replacement, at)
  return patched
}

/** Bytes that are read at a time. */
const piece = 1 << 24

/** A file's bytes with a patch applied, in memory once. */
export async function readPatched(file: ModelFile, patch?: GraphPatch): Promise<Uint8Array> {
  if (!patch) return file.slice(0, file.size)
  const model = new Uint8Array(file.size + patch.bytes.length)
  for (let from = 0; from < file.size; from += piece) {
    model.set(await file.slice(from, Math.min(from + piece, file.size)), from)
  }
  model.set(patch.bytes, file.size)
  for (const { at, bytes } of patch.overwrites ?? []) model.set(bytes, at)
  return model
}
