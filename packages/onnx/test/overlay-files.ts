import { fileMissing, type ModelFiles } from '../src/files/model-files'

/** A model folder with some files changed, and those that are null gone. */
export function overlayFiles(
  base: ModelFiles,
  changes: Readonly<Record<string, Uint8Array | string | null>>,
): ModelFiles {
  return {
    name: base.name,
    async list() {
      const paths = new Set([...(await base.list()), ...Object.keys(changes)])
      return [...paths].filter((path) => changes[path] !== null)
    },
    async open(path) {
      if (!Object.hasOwn(changes, path)) return base.open(path)
      const change = changes[path]
      if (change === null) throw fileMissing(base.name, path)
      const bytes = typeof change === 'string' ? new TextEncoder().encode(change) : change
      return { size: bytes.length, slice: async (from, to) => bytes.subarray(from, to) }
    },
  }
}
