import type { BlobStore, StoredBlob } from './blob-store'

/** Keeps blobs in this process: they go when it goes. */
export function memoryBlobs(now: () => number = Date.now): BlobStore {
  const all = new Map<string, { blob: StoredBlob; since: number }>()
  const drop = (when: (key: string, since: number) => boolean) => {
    for (const [key, { since }] of all) if (when(key, since)) all.delete(key)
  }
  return {
    async put(key, blob) {
      all.set(key, { blob, since: now() })
    },
    get: async (key) => all.get(key)?.blob,
    async sizes(folder) {
      const found = [...all].filter(([key]) => key.startsWith(folder))
      return new Map(found.map(([key, { blob }]) => [key, blob.bytes.length]))
    },
    deleteBelow: async (below) => drop((key) => (below.endsWith('/') ? key.startsWith(below) : key === below)),
    sweep: async (before) => drop((_, since) => since < before),
  }
}
