import { fileMissing, type ModelFiles } from './model-files'

/** A model folder in memory: path → content. */
export function memoryFiles(name: string, contents: Readonly<Record<string, Uint8Array | string>>): ModelFiles {
  const bytes = (content: Uint8Array | string) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content
  return {
    name,
    list: async () => Object.keys(contents),
    async open(path) {
      if (!Object.hasOwn(contents, path)) throw fileMissing(name, path)
      const data = bytes(contents[path])
      return { size: data.length, slice: async (from, to) => data.subarray(from, to) }
    },
  }
}
