import { joinBytes } from './wire-writer'

/**
 * A change to a serialized ModelProto that leaves its weights where they are: names overwritten by others of equal
 * length, then a second ModelProto appended, which every protobuf reader merges into the first (its nodes, inputs,
 * outputs and constants are added to the graph's).
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
