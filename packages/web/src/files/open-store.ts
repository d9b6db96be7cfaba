import { cacheStore } from './cache-store'
import type { FileStore } from './file-store'
import { memoryStore } from './memory-store'

/** The store that is asked for; memory where the page may not keep files (an insecure context). */
export async function openStore(kind: 'browser' | 'memory'): Promise<FileStore> {
  return kind === 'browser' && globalThis.caches !== undefined ? cacheStore() : memoryStore()
}
