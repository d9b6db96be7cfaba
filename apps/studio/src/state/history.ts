import type { Pixels, RunRecord } from '@neg/core'
import { signal } from '@preact/signals'
import { database } from '../lib/database'

/** A picture that was drawn: its PNG carries the record. */
export interface Entry {
  readonly id: number
  readonly made: number
  readonly png: Blob
  readonly record: RunRecord
  readonly milliseconds: number
  readonly favourite?: boolean
}

/** The newest first. */
export const history = signal<readonly Entry[]>([])

/** More are forgotten, the oldest first; favourites never are. */
export const limit = 1000

const store = database<Entry>('pictures')

export async function loadHistory(): Promise<void> {
  history.value = (await store.all()).sort((a, b) => b.id - a.id)
}

export const entryById = (id: number): Promise<Entry | undefined> => store.get(id)

/** Adds an entry, and forgets what is one too many. */
export async function keep(entry: Omit<Entry, 'id'>): Promise<Entry> {
  const kept = { ...entry, id: (await store.put(entry)) as number }
  const all = [kept, ...history.value]
  const surplus = all
    .filter(({ favourite }) => !favourite)
    .slice(limit)
    .map(({ id }) => id)
  for (const id of surplus) await store.delete(id)
  history.value = all.filter(({ id }) => !surplus.includes(id))
  return kept
}

/** Keeps a picture, as a PNG with its record. */
export async function remember(record: RunRecord, image: Pixels, milliseconds: number): Promise<Entry> {
  const { recordPng } = await import('./record-png')
  const png = await recordPng(record, image)
  return keep({ made: Date.now(), png, record, milliseconds })
}

export async function setFavourite(entry: Entry, favourite: boolean): Promise<void> {
  const next = { ...entry, favourite }
  await store.put(next)
  history.value = history.value.map((other) => (other.id === entry.id ? next : other))
}

export async function forget(id: number): Promise<void> {
  await store.delete(id)
  history.value = history.value.filter((entry) => entry.id !== id)
}

/** Everything but favourites. */
export async function forgetAll(): Promise<void> {
  for (const { id, favourite } of history.value) if (!favourite) await store.delete(id)
  history.value = history.value.filter(({ favourite }) => favourite)
}
