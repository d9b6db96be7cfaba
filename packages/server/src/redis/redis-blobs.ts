import type { BlobStore } from '../blobs/blob-store'
import { connectRedis } from './connect'
import { redisKeys } from './keys'

export interface RedisBlobsOptions {
  readonly url: string
  readonly prefix?: string
  /** How long blobs are kept, in milliseconds. Default 48 hours. */
  readonly keep?: number
}

/** Keeps blobs in Redis, where no folder is shared: they take its memory until they expire. */
export function redisBlobs({ url, prefix = 'neg', keep = 48 * 3600_000 }: RedisBlobsOptions): BlobStore & {
  close(): void
} {
  const keys = redisKeys(prefix)
  const redis = connectRedis(url, 'wait')
  return {
    async put(key, { bytes, type }) {
      const blob = Buffer.concat([Buffer.from(`${type}\n`), bytes])
      await redis.set(keys.blob(key), blob, 'PX', keep)
    },
    async get(key) {
      const blob = await redis.getBuffer(keys.blob(key))
      if (!blob) return undefined
      const end = blob.indexOf(10)
      return { type: blob.toString('latin1', 0, end), bytes: blob.subarray(end + 1) }
    },
    async deleteBelow(below) {
      const pattern = `${keys.blob(below).replace(/[*?[\]\\]/g, '\\$&')}*`
      let cursor = '0'
      do {
        const [next, found] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 500)
        if (found.length) await redis.del(...found)
        cursor = next
      } while (cursor !== '0')
    },
    // Redis lets them expire by itself.
    sweep: async () => {},
    close: () => redis.disconnect(),
  }
}
