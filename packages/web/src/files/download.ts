import { NegError } from '@neg/core'
import { chunksOf, Passing, repeated } from '@neg/core/internal'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { chunkDigest, readChunk } from './chunks'
import { brokenOff, type FetchPurpose, fetchFile } from './fetch-file'
import type { FileStore, StoredFile } from './file-store'
import type { ModelFileUrl } from './model-source'

/** Bytes per stored chunk: what is lost of an interrupted download, and what is read at once. */
export const chunkSize = 1 << 23

/** Further attempts at a file, and the upper end of the first pause between two, in milliseconds. */
const retries = { retries: 3, firstPause: 1000 }

export interface DownloadOptions {
  readonly store: FileStore
  readonly chunkSize?: number
  readonly signal?: AbortSignal
  /** Bytes so far and, where known, in all. */
  onProgress?(loaded: number, total: number | undefined): void
}

/** The server's name for a version of a file. */
const versionOf = ({ headers }: Response): string | undefined =>
  headers.get('etag')?.replace(/^W\//, '') ?? headers.get('last-modified') ?? undefined

/** The size of the whole file, where an answer tells it. A compressed answer's length is not the file's. */
function sizeOf({ status, headers }: Response): number | undefined {
  const length = status === 206 ? headers.get('content-range')?.split('/')[1] : headers.get('content-length')
  const size = Number(length)
  const encoded = status !== 206 && headers.has('content-encoding')
  return length && Number.isFinite(size) && !encoded ? size : undefined
}

/**
 * Brings a file into the store, whole and checked; goes on where an earlier download was cut off, if the server still has
 * the same version. A connection that breaks is taken up again, a few times.
 *
 * @throws what `fetchFile` throws, `download-corrupt`, `storage-full`
 */
export async function download(
  file: ModelFileUrl,
  purpose: FetchPurpose,
  options: DownloadOptions,
): Promise<StoredFile> {
  const { store, signal } = options
  return repeated(
    async (advanced) => {
      const before = await store.read(file.url)
      if (before?.sha256 !== undefined) {
        if (file.sha256 === undefined || file.sha256 === before.sha256) return before
        await store.delete(file.url) // another version is wanted
      }
      try {
        return await transfer(file, purpose, options)
      } catch (error) {
        signal?.throwIfAborted()
        if (NegError.isInstance(error) && error.code !== 'download-failed') throw error
        // An attempt that brought something on is not counted: a large file may take many.
        if (((await store.read(file.url))?.stored ?? 0) > (before?.stored ?? 0)) advanced()
        throw new Passing(
          NegError.isInstance(error) ? error : brokenOff(purpose, error, 'Try again: it goes on from there.'),
        )
      }
    },
    { ...retries, signal },
  )
}

/** What is stored of a file and may be kept: the bytes, hashed so far. */
async function resumable(file: ModelFileUrl, purpose: FetchPurpose, store: FileStore, size: number) {
  const hash = sha256.create()
  const kept = await store.read(file.url)
  const usable = kept && kept.version !== undefined && kept.chunkSize === size ? kept : undefined
  if (!usable) return { hash, kept: undefined }
  for (let i = 0; i < usable.chunks.length; i++) hash.update(await readChunk(store, usable, i, purpose))
  return { hash, kept: usable }
}

async function transfer(file: ModelFileUrl, purpose: FetchPurpose, options: DownloadOptions): Promise<StoredFile> {
  const { store, signal, onProgress, chunkSize: length = chunkSize } = options
  let { hash, kept } = await resumable(file, purpose, store, length)
  const response = await fetchFile(file.url, purpose, {
    signal,
    ...(kept && kept.stored > 0 ? { headers: { Range: `bytes=${kept.stored}-` } } : {}),
  })
  if (kept && (response.status !== 206 || versionOf(response) !== kept.version)) {
    await store.delete(file.url)
    if (response.status !== 200) {
      await response.body?.cancel()
      return transfer(file, purpose, options) // a new version, or a range that it hasn't: from the start
    }
    hash = sha256.create()
    kept = undefined
  }
  const size = sizeOf(response) ?? file.size
  let stored: StoredFile = kept ?? {
    url: file.url,
    model: purpose.model,
    path: purpose.path,
    chunkSize: length,
    chunks: [],
    stored: 0,
    ...(size === undefined ? {} : { size }),
    ...(versionOf(response) === undefined ? {} : { version: versionOf(response) }),
  }
  let loaded = stored.stored
  onProgress?.(loaded, size)

  const keep = async (bytes: Uint8Array<ArrayBuffer>) => {
    await store.writeChunk(file.url, stored.chunks.length, bytes)
    stored = {
      ...stored,
      chunks: [...stored.chunks, await chunkDigest(bytes)],
      stored: stored.stored + bytes.length,
    }
    await store.write(stored)
  }
  let chunk = new Uint8Array(length)
  let filled = 0
  for await (const piece of chunksOf(response)) {
    hash.update(piece)
    for (let from = 0; from < piece.length; ) {
      const part = piece.subarray(from, from + length - filled)
      chunk.set(part, filled)
      filled += part.length
      from += part.length
      if (filled === length) {
        await keep(chunk)
        chunk = new Uint8Array(length)
        filled = 0
      }
    }
    loaded += piece.length
    onProgress?.(loaded, size)
  }
  if (size !== undefined && loaded < size) throw new Error(`${loaded} of ${size} bytes came`)
  if (filled > 0) await keep(chunk.slice(0, filled))

  const digest = bytesToHex(hash.digest())
  if ((file.sha256 !== undefined && digest !== file.sha256) || (file.size !== undefined && loaded !== file.size)) {
    await store.delete(file.url)
    throw new NegError(
      'download-corrupt',
      `${purpose.path} of ${purpose.model} arrived damaged or is another version: SHA-256 ${digest} (${loaded} bytes), ` +
        `expected ${file.sha256 ?? 'any'} (${file.size ?? 'any'} bytes). It was discarded; try again.`,
      { where: purpose.path },
    )
  }
  const whole = { ...stored, size: loaded, sha256: digest }
  await store.write(whole)
  return whole
}
