import { createHash } from 'node:crypto'
import { NegError } from '@neg/core'
import type { Limits } from '../app/limits'
import type { Principal } from '../app/route-group'
import { assetFolder, assetKey } from '../jobs/blob-keys'
import { rateLimiter } from '../queue/rate-limiter'
import { RetryLater } from '../queue/refusals'
import type { BlobStore } from './blob-store'

/** Uploads that a server holds at a time, in multiples of the longest. */
const uploadsAtATime = 4

/** Uploaded pictures, each principal's within a budget. */
export interface AssetShelf {
  /**
   * Before a body is read: makes sure that not too many come at a time or within a minute. The answer must be called when it
   * was dealt with.
   * @param announced Bytes that the request says it has
   * @throws `rate-limited`, `queue-full`
   */
  admit(principal: Principal, announced: number | undefined): () => void
  /** Keeps a picture; the same again takes no more room. @throws `request-too-large` beyond the principal's budget */
  keep(principal: Principal, bytes: Uint8Array, type: string): Promise<string>
  remove(principal: Principal, sha256: string): Promise<void>
}

export function assetShelf(blobs: BlobStore, limits: Limits): AssetShelf {
  const rates = rateLimiter('uploads')
  const most = uploadsAtATime * limits.assetBytes
  /** A principal's uploads are kept one after another, so that none is counted without the one before it. */
  const turns = new Map<string, Promise<unknown>>()
  let held = 0
  const inTurn = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const turn = (turns.get(name) ?? Promise.resolve()).then(work, work)
    turns.set(name, turn)
    turn.catch(() => {}).finally(() => turns.get(name) === turn && turns.delete(name))
    return turn
  }
  return {
    admit({ name, limits: own }, announced) {
      // What is not announced may be as long as is allowed.
      const bytes = Math.min(announced ?? limits.assetBytes, limits.assetBytes)
      if (held + bytes > most) throw new RetryLater('queue-full', 'Too many uploads come in; try again in a moment.', 1)
      rates.take(name, own.uploadsPerMinute ?? limits.uploadsPerMinute)
      held += bytes
      return () => void (held -= bytes)
    },
    keep: ({ name, limits: own }, bytes, type) =>
      inTurn(name, async () => {
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        const key = assetKey(name, sha256)
        const budget = own.assetsBytes ?? limits.assetsBytes
        let others = 0
        for (const [other, size] of await blobs.sizes(assetFolder(name))) if (other !== key) others += size
        if (others + bytes.length > budget) {
          throw new NegError(
            'request-too-large',
            `The pictures that you uploaded take ${others} bytes; with this one they would take more than ${budget}. ` +
              'Delete some (DELETE /v1/assets/SHA-256), or wait until they expire.',
          )
        }
        await blobs.put(key, { bytes, type })
        return sha256
      }),
    remove: ({ name }, sha256) => inTurn(name, () => blobs.deleteBelow(assetKey(name, sha256))),
  }
}
