import type { NegError } from '@neg/core'
import type { ProgressCallback } from '@neg/onnx'
import { fileMissing, type ModelFile, type ModelFiles } from '@neg/onnx'
import type { LayoutOptions } from '@neg/onnx/internal'
import { chunkDigest, readChunk, readStored } from './chunks'
import { download } from './download'
import { fetchBytes, fetchFile } from './fetch-file'
import type { FileStore, StoredFile } from './file-store'
import { listFolder } from './list-folder'
import type { ModelFileUrl, ResolvedSource } from './model-source'
import { isNeeded } from './needed'
import { progressTracker } from './progress-tracker'

export interface WebFilesOptions {
  readonly source: ResolvedSource
  /** What says where in a folder its files are. */
  readonly layout?: LayoutOptions
  readonly store: FileStore
  /** Variants of the networks to look for in a folder. */
  readonly dtypes?: readonly string[]
  readonly signal?: AbortSignal
  readonly onProgress?: ProgressCallback
  /** Only what is stored already is used. */
  readonly localOnly?: boolean
  readonly chunkSize?: number
}

/** A model folder on the web, its files kept in a store. */
export interface WebFiles extends ModelFiles {
  /** Every file with what is known of it, and what of it is stored. */
  inventory(): Promise<readonly { path: string; file: ModelFileUrl; stored: StoredFile | undefined }[]>
}

const inline = (url: string): boolean => !url.startsWith('http')

export function webFiles(options: WebFilesOptions): WebFiles {
  const { source, store, signal } = options
  const { name } = source
  const progress = progressTracker(name, options.onProgress)
  const small = new Map<string, Promise<Uint8Array>>()
  const running = new Map<string, Promise<StoredFile>>()

  let listing: Promise<Readonly<Record<string, ModelFileUrl>>> | undefined
  const listed = () => {
    listing ??= source.kind === 'files' ? Promise.resolve(source.files) : storedListing(source.base, options)
    listing.catch(() => {
      listing = undefined
    })
    return listing
  }

  const fetched = (path: string, file: ModelFileUrl): Promise<StoredFile> => {
    const known = running.get(path)
    if (known) return known
    const purpose = { model: name, path }
    const work = async () => {
      const stored = await store.read(file.url)
      if (options.localOnly && stored?.sha256 === undefined) throw notStored(name, path)
      progress.begin(path, file.size)
      const whole = await download(file, purpose, {
        store,
        signal,
        chunkSize: options.chunkSize,
        onProgress: (loaded, total) => progress.move(path, loaded, total),
      })
      progress.end(path, whole.stored)
      return whole
    }
    const promise = work()
    running.set(path, promise)
    promise.catch(() => running.delete(path))
    return promise
  }

  /** What is inside the page already is not stored once more. */
  const inlined = (path: string, file: ModelFileUrl): Promise<Uint8Array> => {
    const known = small.get(path) ?? fetchBytes(file.url, { model: name, path }, { signal })
    small.set(path, known)
    return known
  }

  const open = async (path: string): Promise<ModelFile> => {
    const all = await listed()
    const file = Object.hasOwn(all, path)
      ? all[path]
      : source.kind === 'folder'
        ? { url: source.base + path }
        : undefined
    if (!file) throw fileMissing(name, path)
    const { blob } = file
    if (blob) {
      return {
        size: blob.size,
        slice: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
      }
    }
    if (inline(file.url)) {
      const data = await inlined(path, file)
      return { size: data.length, slice: async (from, to) => data.subarray(from, to) }
    }
    const size = file.size ?? (await fetched(path, file)).stored
    return {
      size,
      async slice(from, to) {
        if (from === 0 && to >= size) return stored(path, file, 0, size)
        const part = isNeeded(path) ? undefined : await ranged(path, file, from, to)
        return part ?? stored(path, file, from, to)
      },
      sha256: async () => file.sha256 ?? ((await fetched(path, file)).sha256 as string),
    }
  }

  let last: { key: string; bytes: Uint8Array; from: number } | undefined
  /** Bytes of a stored file. Small reads go through the chunk they lie in, which is kept until another is read. */
  const stored = async (path: string, file: ModelFileUrl, from: number, to: number): Promise<Uint8Array> => {
    const whole = await fetched(path, file)
    const purpose = { model: name, path }
    const start = Math.floor(from / whole.chunkSize) * whole.chunkSize
    const end = Math.min(start + whole.chunkSize, whole.stored)
    try {
      if (to > end) return await readStored(store, whole, from, to, purpose)
      const key = `${path} ${start}`
      if (last?.key !== key) last = { key, from: start, bytes: await readStored(store, whole, start, end, purpose) }
      return last.bytes.slice(from - start, to - start)
    } catch (error) {
      running.delete(path) // it is gone from the store: the next try downloads it
      throw error
    }
  }

  /**
   * A few bytes of a file that may never be needed whole: its header. They are kept too, so that the model opens offline.
   * Absent where the server sends no parts.
   */
  const ranged = async (
    path: string,
    file: ModelFileUrl,
    from: number,
    to: number,
  ): Promise<Uint8Array | undefined> => {
    const purpose = { model: name, path }
    if ((await store.read(file.url))?.sha256 !== undefined) return undefined
    const url = `${file.url}#bytes=${from}-${to}`
    const kept = await store.read(url)
    if (kept) return readChunk(store, kept, 0, purpose)
    if (options.localOnly) return undefined
    const response = await fetchFile(file.url, purpose, { signal, headers: { Range: `bytes=${from}-${to - 1}` } })
    if (response.status !== 206) {
      await response.body?.cancel()
      return undefined
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    await store.writeChunk(url, 0, bytes)
    const chunks = [await chunkDigest(bytes)]
    await store.write({ url, model: name, path: '', chunkSize: bytes.length, chunks, stored: bytes.length })
    return bytes
  }

  return {
    name,
    list: async () => Object.keys(await listed()),
    open,
    async inventory() {
      const all = Object.entries(await listed())
      return Promise.all(all.map(async ([path, file]) => ({ path, file, stored: await store.read(file.url) })))
    },
  }
}

function notStored(name: string, path: string): NegError {
  return fileMissing(name, path, 'It is not stored in this browser, and only stored files were asked for.')
}

/** A folder's list, kept beside its files so that it opens offline. */
async function storedListing(base: string, options: WebFilesOptions): Promise<Readonly<Record<string, ModelFileUrl>>> {
  const { store, source, dtypes = [], layout = {}, signal } = options
  // Of a host without a list only what was asked for is known.
  const asked = Object.keys(layout).length > 0 ? ` ${JSON.stringify(layout)}` : ''
  const url = `${base}#files ${[...dtypes].sort().join(' ')}${asked}`
  const kept = await store.chunk(url, 0)
  if (kept) return JSON.parse(new TextDecoder().decode(kept))
  if (options.localOnly) throw notStored(source.name, 'model_index.json')
  const found = await listFolder(base, source.name, dtypes, layout, signal)
  const bytes = new TextEncoder().encode(JSON.stringify(found))
  await store.writeChunk(url, 0, bytes)
  await store.write({ url, model: source.name, path: '', chunkSize: bytes.length, chunks: [''], stored: bytes.length })
  return found
}
