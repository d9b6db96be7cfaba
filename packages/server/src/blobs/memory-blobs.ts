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
    deleteBelow: async (prefix) => drop((key) => key.startsWith(prefix)),
    sweep: async (before) => drop((_, since) => since < before),
  }
}
