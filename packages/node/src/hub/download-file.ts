import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NegError } from '@neg/core'
import { chunksOf, HttpFailure } from '@neg/core/internal'
import { makeFolder } from '../files/make-folder'
import { withLock } from './file-lock'
import { type Asked, refuse } from './hub-error'
import type { HubFile } from './hub-listing'
import { hubRequest } from './hub-request'
import type { HubSettings } from './hub-settings'
import { retry } from './retry'

export interface Download {
  readonly file: HubFile
  readonly url: string
  /** Where the finished file goes. */
  readonly blob: string
  readonly asked: Asked
  readonly settings: HubSettings
  readonly signal?: AbortSignal
  /** The first byte is about to come; bytes so far, those of an earlier attempt included. */
  started(): void
  progress(loaded: number): void
}

/** The digest that an etag is: SHA-256, or git's blob id. */
function hashFor({ etag, size }: HubFile): Hash {
  return etag.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`)
}

const isDigest = (etag: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)

const sizeOf = async (path: string): Promise<number | undefined> => (await stat(path).catch(() => undefined))?.size

/** Something went wrong on the disk, not on the way. */
function writeFailed(path: string, cause: unknown): NegError {
  const { code, message } = cause as NodeJS.ErrnoException
  const why = code === 'ENOSPC' ? 'the disk is full' : message
  return new NegError('write-failed', `${path} can't be written: ${why}.`, { cause, where: path })
}

const broken = (why: string) => new HttpFailure('connection', why)

/** Adds what a response brings to the end of a file. */
async function append(response: Response, to: FileHandle, hash: Hash, from: number, d: Download, advanced: () => void) {
  let loaded = from
  for await (const chunk of chunksOf(response)) {
    if (loaded + chunk.length > d.file.size) throw broken(`more than its ${d.file.size} bytes arrived`)
    hash.update(chunk)
    await to.write(chunk).catch((error: unknown) => {
      throw writeFailed(d.blob, error)
    })
    loaded += chunk.length
    advanced()
    d.progress(loaded)
  }
  if (loaded < d.file.size) throw broken(`it ended after ${loaded} of ${d.file.size} bytes`)
}

/** One attempt: goes on where an earlier one stopped. Leaves a whole, checked file at `partial`. */
async function attempt(partial: string, d: Download, advanced: () => void): Promise<void> {
  const { file, settings, signal } = d
  let from = (await sizeOf(partial)) ?? 0
  if (from > file.size) {
    await rm(partial, { force: true })
    from = 0
  }
  let hash = hashFor(file)
  if (from > 0) for await (const chunk of createReadStream(partial)) hash.update(chunk as Buffer)
  if (from < file.size || file.size === 0) {
    const response = await hubRequest(d.url, settings, from > 0 ? { range: `bytes=${from}-` } : {}, signal)
    if (response.status === 416) {
      await response.text().catch(() => '')
      await rm(partial, { force: true })
      throw broken('the server could not go on where an earlier download stopped')
    }
    if (response.status !== 200 && response.status !== 206) await refuse(response, d.asked, settings)
    if (from > 0 && response.status === 200) {
      from = 0
      hash = hashFor(file)
    }
    const to = await open(partial, from > 0 ? 'a' : 'w').catch((error: unknown) => {
      throw writeFailed(partial, error)
    })
    try {
      d.started()
      await append(response, to, hash, from, d, advanced)
    } finally {
      await to.close()
    }
  }
  const found = hash.digest('hex')
  if (isDigest(file.etag) && found !== file.etag) {
    await rm(partial, { force: true })
    throw new NegError(
      'download-corrupt',
      `${file.path} of ${d.asked.id} arrived changed: its digest is ${found}, expected was ${file.etag}. Try again.`,
      { where: file.path },
    )
  }
}

/**
 * Downloads a file to its blob: resumed where an earlier attempt stopped, checked against its digest. Processes that want
 * the same file wait for one of them.
 * @throws `download-failed`, `download-not-found`, `download-unauthorized`, `download-corrupt`, `write-failed`
 */
export async function downloadFile(d: Download): Promise<void> {
  const { blob, file, settings, signal } = d
  if ((await sizeOf(blob)) === file.size) return
  await makeFolder(dirname(blob)).catch((error: unknown) => {
    throw writeFailed(blob, error)
  })
  await withLock(`${blob}.lock`, signal, async () => {
    if ((await sizeOf(blob)) === file.size) return
    const partial = `${blob}.incomplete`
    const once = () => retry(file.path, settings, signal, (advanced) => attempt(partial, d, advanced))
    try {
      await once()
    } catch (error) {
      // What an earlier download left may be at fault; a second one starts from nothing.
      if (!NegError.isInstance(error) || error.code !== 'download-corrupt') throw error
      await once()
    }
    await rename(partial, blob)
  })
}
