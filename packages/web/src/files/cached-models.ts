import { NegError } from '@neg/core'
import { cacheStore } from './cache-store'
import type { FileStore, StoredFile } from './file-store'

/** A model that this browser keeps, as far as it was downloaded. */
export interface CachedModel {
  readonly name: string
  /** Bytes stored. */
  readonly size: number
  readonly files: readonly { readonly path: string; readonly size: number; readonly complete: boolean }[]
}

async function browserStore(): Promise<FileStore | undefined> {
  return globalThis.caches === undefined ? undefined : cacheStore()
}

/** The models that this browser keeps for this site, by name. */
export async function cachedModels(): Promise<readonly CachedModel[]> {
  const files = await (await browserStore())?.list()
  const byName = new Map<string, StoredFile[]>()
  for (const file of files ?? []) byName.set(file.model, [...(byName.get(file.model) ?? []), file])
  return [...byName]
    .map(([name, own]) => ({
      name,
      size: own.reduce((sum, { stored }) => sum + stored, 0),
      files: own
        .filter(({ path }) => path !== '')
        .map(({ path, stored, sha256 }) => ({ path, size: stored, complete: sha256 !== undefined }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Deletes a kept model. @throws `model-missing` where there is none of that name */
export async function deleteCachedModel(name: string): Promise<void> {
  const store = await browserStore()
  const own = ((await store?.list()) ?? []).filter(({ model }) => model === name)
  if (own.length === 0) {
    throw new NegError('model-missing', `This browser keeps no model named '${name}'.`, { where: name })
  }
  for (const { url } of own) await store?.delete(url)
}

/** Bytes that this site uses in the browser and may use in all; absent where the browser does not tell. */
export async function storageUse(): Promise<{ readonly used: number; readonly quota: number } | undefined> {
  const estimate = await globalThis.navigator?.storage?.estimate?.()
  if (estimate?.usage === undefined || estimate.quota === undefined) return undefined
  return { used: estimate.usage, quota: estimate.quota }
}
