import { createHash } from 'node:crypto'
import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileMissing, type ModelFiles } from '../src/files/model-files'

/** A model folder on disk, for tests. */
export function diskFiles(folder: string): ModelFiles {
  const name = basename(folder)
  return {
    name,
    list: async () =>
      (readdirSync(folder, { recursive: true }) as string[]).filter((path) => statSync(join(folder, path)).isFile()),
    async open(path) {
      const full = resolve(folder, path)
      const stats = statSync(full, { throwIfNoEntry: false })
      if (!stats?.isFile()) throw fileMissing(name, path)
      return {
        size: stats.size,
        path: full,
        ...(realpathSync(full) === full ? {} : { target: realpathSync(full) }),
        sha256: async () => createHash('sha256').update(readFileSync(full)).digest('hex'),
        async slice(from, to) {
          const buffer = new Uint8Array(to - from)
          const descriptor = openSync(full, 'r')
          readSync(descriptor, buffer, 0, to - from, from)
          closeSync(descriptor)
          return buffer
        },
      }
    },
  }
}
