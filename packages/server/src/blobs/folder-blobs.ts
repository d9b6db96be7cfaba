import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { NegError } from '@neg/core'
import { makeFolder } from '@neg/node/internal'
import type { BlobStore } from './blob-store'
import { writeFailed } from './write-failed'

const keyPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\/?$/

/** Media types by the end of a key: a folder holds names and bytes only. */
const types: Readonly<Record<string, string>> = { png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp' }

/** Bytes that there must be room for: those of a small picture. */
const room = 1 << 16

const missing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'
const noneIfMissing = (error: unknown): never[] => {
  if (missing(error)) return []
  throw error
}

/** Keeps blobs as files below a folder, which several machines may share. */
export function folderBlobs(folder: string): BlobStore {
  const path = (key: string) => {
    if (!keyPattern.test(key)) throw new NegError('internal', `'${key}' is no key of a blob.`)
    return join(folder, key)
  }
  return {
    async put(key, { bytes }) {
      const file = path(key)
      const unfinished = `${file}.${randomUUID()}.part`
      try {
        await makeFolder(dirname(file))
        await writeFile(unfinished, bytes)
        await rename(unfinished, file)
      } catch (cause) {
        await rm(unfinished, { force: true }).catch(() => {})
        throw writeFailed(`A result could not be written below ${folder}`, cause)
      }
    },
    async get(key) {
      try {
        const bytes = await readFile(path(key))
        return { bytes, type: types[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream' }
      } catch (cause) {
        if (missing(cause)) return undefined
        throw cause
      }
    },
    async sizes(below) {
      const found = new Map<string, number>()
      for (const name of await readdir(path(below)).catch(noneIfMissing)) {
        const file = await stat(path(`${below}${name}`)).catch(noneIfMissing)
        if (!Array.isArray(file) && file.isFile() && !name.endsWith('.part')) found.set(`${below}${name}`, file.size)
      }
      return found
    },
    async deleteBelow(key) {
      await rm(path(key), { recursive: true, force: true })
    },
    async ready() {
      const probe = join(folder, `ready-${randomUUID()}.part`)
      try {
        await makeFolder(folder)
        await writeFile(probe, new Uint8Array(room))
      } catch (cause) {
        throw writeFailed(`Results can't be written below ${folder}`, cause)
      } finally {
        await rm(probe, { force: true }).catch(() => {})
      }
    },
    async sweep(before) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(noneIfMissing)
      for (const entry of entries) {
        if (!entry.isFile()) continue
        const file = join(entry.parentPath ?? entry.path, entry.name)
        const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }))
        if (mtimeMs < before) await rm(file, { force: true })
      }
    },
  }
}
