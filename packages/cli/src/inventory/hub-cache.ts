import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder's entries; none if it cannot be read. */
const entries = (folder: string) => readdir(folder, { withFileTypes: true }).catch(() => [])

/** Every file below a folder (links followed: the cache's snapshots are links) and its size in bytes. */
export async function sizesBelow(folder: string): Promise<{ path: string; bytes: number }[]> {
  const found = await Promise.all(
    (await entries(folder)).map(async (entry) => {
      const path = join(folder, entry.name)
      const info = await stat(path).catch(() => undefined)
      if (!info) return []
      return info.isDirectory() ? sizesBelow(path) : [{ path, bytes: info.size }]
    }),
  )
  return found.flat()
}

/** A diffusers model in the cache: `org/name`, and the folder of its newest snapshot. */
export interface CachedModel {
  readonly id: string
  readonly folder: string
}

/**
 * The image models in a Hugging Face cache.
 * @param isModel Told of a snapshot's folder: whether it is one.
 */
export async function cachedModels(
  cache: string,
  isModel: (folder: string) => Promise<boolean>,
): Promise<CachedModel[]> {
  const repositories = (await entries(cache)).filter(
    (entry) => entry.isDirectory() && entry.name.startsWith('models--'),
  )
  const found = await Promise.all(
    repositories.map(async ({ name }) => {
      const snapshots = join(cache, name, 'snapshots')
      const complete = await Promise.all(
        (await entries(snapshots)).map(async (snapshot) => {
          const folder = join(snapshots, snapshot.name)
          return (await isModel(folder)) ? [{ folder, time: (await stat(folder)).mtimeMs }] : []
        }),
      )
      const [newest] = complete.flat().sort((a, b) => b.time - a.time)
      return newest ? [{ id: name.slice('models--'.length).replaceAll('--', '/'), folder: newest.folder }] : []
    }),
  )
  return found.flat().sort((a, b) => (a.id < b.id ? -1 : 1))
}
