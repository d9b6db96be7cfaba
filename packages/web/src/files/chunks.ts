import { NegError } from '@neg/core'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { FileStore, StoredFile } from './file-store'

/** Hex SHA-256, by the browser where it may (secure contexts), which is several times faster. */
export async function chunkDigest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { subtle } = globalThis.crypto
  return bytesToHex(subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : sha256(bytes))
}

/**
 * One chunk of a stored file, checked against its digest. A damaged one takes the whole file with it, so that the next
 * try downloads it anew. @throws `download-corrupt`
 */
export async function readChunk(
  store: FileStore,
  file: StoredFile,
  index: number,
  { model, path }: { readonly model: string; readonly path: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await store.chunk(file.url, index)
  if (bytes && (await chunkDigest(bytes)) === file.chunks[index]) return bytes
  await store.delete(file.url)
  throw new NegError(
    'download-corrupt',
    `${path} of ${model}, as stored in this browser, is ${bytes ? 'damaged' : 'incomplete'}. It was discarded: try again ` +
      'and it is downloaded anew.',
    { where: path },
  )
}

/** Bytes [from, to) of a stored file. @throws `download-corrupt` */
export async function readStored(
  store: FileStore,
  file: StoredFile,
  from: number,
  to: number,
  purpose: { readonly model: string; readonly path: string },
): Promise<Uint8Array> {
  const { chunkSize } = file
  const first = Math.floor(from / chunkSize)
  const last = Math.floor(Math.max(from, to - 1) / chunkSize)
  if (from >= to) return new Uint8Array(0)
  if (first === last) {
    const chunk = await readChunk(store, file, first, purpose)
    return chunk.subarray(from - first * chunkSize, to - first * chunkSize)
  }
  const bytes = new Uint8Array(to - from)
  for (let index = first; index <= last; index++) {
    const chunk = await readChunk(store, file, index, purpose)
    const start = index * chunkSize
    bytes.set(chunk.subarray(Math.max(0, from - start), Math.max(0, to - start)), Math.max(0, start - from))
  }
  return bytes
}
