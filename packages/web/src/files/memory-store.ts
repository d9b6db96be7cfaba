import type { FileStore, StoredFile } from './file-store'

/** For pages without Cache Storage (an insecure context), or whose user wants nothing kept. */
export function memoryStore(): FileStore {
  const files = new Map<string, StoredFile>()
  const chunks = new Map<string, Uint8Array<ArrayBuffer>[]>()
  return {
    kind: 'memory',
    read: async (url) => files.get(url),
    chunk: async (url, index) => chunks.get(url)?.[index],
    async writeChunk(url, index, bytes) {
      const own = chunks.get(url) ?? []
      own[index] = bytes
      chunks.set(url, own)
    },
    async write(file) {
      files.set(file.url, file)
    },
    async delete(url) {
      files.delete(url)
      chunks.delete(url)
    },
    list: async () => [...files.values()],
  }
}
