import { type CachedModel, cachedModels, deleteCachedModel, storageUse } from '@neg/web'
import { signal } from '@preact/signals'
import { closeModel, look } from './model'

export const stored = signal<readonly CachedModel[]>([])
export const use = signal<{ used: number; quota: number } | undefined>(undefined)

export async function refreshStorage(): Promise<void> {
  stored.value = await cachedModels()
  use.value = await storageUse()
}

/** Deletes a stored model. An open one goes on working; it is fetched again when it is next opened. */
export async function deleteModel(name: string): Promise<void> {
  await deleteCachedModel(name)
  await refreshStorage()
  await look()
}

export async function deleteAll(): Promise<void> {
  await closeModel()
  for (const { name } of await cachedModels()) await deleteCachedModel(name)
  await refreshStorage()
}
