import { NegError } from '@neg/core'
import type { FileStore, StoredFile } from './file-store'

/** The Cache Storage cache that holds model files. */
export const cacheName = 'neg-models-1'

/** Keys of Cache Storage are addresses; these are of a host that cannot exist, so that no page's request meets them. */
const keyOf = (url: string, part: string): string => `https://model.invalid/${part}?${encodeURIComponent(url)}`

/** The error for a disk or a quota that is full. */
export function storageFull(cause: unknown, where: string): NegError {
  return new NegError(
    'storage-full',
    `The browser has no room left to keep ${where}. Delete a stored model, free disk space, or go on without keeping ` +
      "files (cache: 'memory').",
    { cause, where },
  )
}

async function put(cache: Cache, key: string, response: Response, where: string): Promise<void> {
  try {
    await cache.put(key, response)
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'QuotaExceededError') throw storageFull(cause, where)
    throw new NegError('write-failed', `${where} could not be written to the browser's cache: ${cause}.`, {
      cause,
      where,
    })
  }
}

/** Files in the browser's Cache Storage, shared by all pages of the origin. */
export async function cacheStore(): Promise<FileStore> {
  const cache = await caches.open(cacheName)
  return {
    kind: 'browser',
    async read(url) {
      const response = await cache.match(keyOf(url, 'file'))
      return response ? ((await response.json()) as StoredFile) : undefined
    },
    async chunk(url, index) {
      const response = await cache.match(keyOf(url, `chunk/${index}`))
      return response ? new Uint8Array(await response.arrayBuffer()) : undefined
    },
    writeChunk: (url, index, bytes) => put(cache, keyOf(url, `chunk/${index}`), new Response(bytes), url),
    write: (file) => put(cache, keyOf(file.url, 'file'), Response.json(file), file.url),
    async delete(url) {
      // The description goes first: chunks without one are never read.
      const file = (await (await cache.match(keyOf(url, 'file')))?.json()) as StoredFile | undefined
      await cache.delete(keyOf(url, 'file'))
      await Promise.all((file?.chunks ?? []).map((_, index) => cache.delete(keyOf(url, `chunk/${index}`))))
    },
    async list() {
      const keys = (await cache.keys()).filter(({ url }) => new URL(url).pathname === '/file')
      const files = await Promise.all(keys.map(async (key) => (await cache.match(key))?.json()))
      return files.filter((file): file is StoredFile => file !== undefined)
    },
  }
}
