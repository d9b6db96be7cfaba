import type { BlobStore } from '../blobs/blob-store'
import { writeFailed } from '../blobs/write-failed'
import { connectRedis } from './connect'
import { redisKeys } from './keys'
import { persist } from './persist'

export interface RedisBlobsOptions {
  readonly url: string
  readonly prefix?: string
  /** How long blobs are kept, in milliseconds. Default 48 hours. */
  readonly keep?: number
}

const placeOf = (key: string) => {
  const end = key.lastIndexOf('/') + 1
  return { folder: key.slice(0, end), name: key.slice(end) }
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
      const { folder, name } = placeOf(key)
      const store = () =>
        redis
          .multi()
          .set(keys.blob(key), blob, 'PX', keep)
          .hset(keys.blobs(folder), name, `${bytes.length} ${Date.now() + keep}`)
          .pexpire(keys.blobs(folder), keep)
          .exec()
      const whole = async () => {
        const [failure] = (await store())?.find(([error]) => error) ?? []
        if (failure) throw failure
      }
      await persist(whole, { patience: 20_000 }).catch((cause) => {
        throw writeFailed('A result could not be kept in Redis', cause)
      })
    },
    async get(key) {
      const blob = await redis.getBuffer(keys.blob(key))
      if (!blob) return undefined
      const end = blob.indexOf(10)
      return { type: blob.toString('latin1', 0, end), bytes: blob.subarray(end + 1) }
    },
    async sizes(folder) {
      const found = new Map<string, number>()
      const gone: string[] = []
      for (const [name, text] of Object.entries(await redis.hgetall(keys.blobs(folder)))) {
        const [bytes, expiry] = text.split(' ').map(Number)
        if (expiry < Date.now()) gone.push(name)
        else found.set(`${folder}${name}`, bytes)
      }
      if (gone.length > 0) await redis.hdel(keys.blobs(folder), ...gone)
      return found
    },
    async deleteBelow(key) {
      const { folder, name } = placeOf(key)
      const names = name === '' ? await redis.hkeys(keys.blobs(folder)) : [name]
      if (names.length === 0) return
      await redis.del(...names.map((one) => keys.blob(`${folder}${one}`)))
      await redis.hdel(keys.blobs(folder), ...names)
    },
    // Redis lets them expire by itself.
    sweep: async () => {},
    close: () => redis.disconnect(),
  }
}
