/** Bytes that were put under a key. */
export interface StoredBlob {
  readonly bytes: Uint8Array
  /** Media type. */
  readonly type: string
}

/**
 * Where pictures and latents are kept, away from the queue. Keys are relative paths of letters, digits, `.`, `_`, `-`
 * and `/`, made by the server, never by a request.
 */
export interface BlobStore {
  /** Replaces what was there; a reader sees the old or the new bytes, never a part. */
  put(key: string, blob: StoredBlob): Promise<void>
  get(key: string): Promise<StoredBlob | undefined>
  /** Bytes of each blob of a folder (a key that ends in `/`), by key. */
  sizes(folder: string): Promise<ReadonlyMap<string, number>>
  /** Deletes one, or with a key that ends in `/` all of that folder. */
  deleteBelow(key: string): Promise<void>
  /** Whether something can be put now; default always. @throws `write-failed` */
  ready?(): Promise<void>
  /** Deletes what was put before `time` (milliseconds since 1970). */
  sweep(before: number): Promise<void>
}
