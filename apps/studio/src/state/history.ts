import { type Pixels, pictureTexts, type RunRecord } from '@neg/core'
import { encodePng } from '@neg/web'
import { signal } from '@preact/signals'
import { database } from '../lib/database'

/** A picture that was drawn: its PNG carries the record. */
export interface Entry {
  readonly id: number
  readonly made: number
  readonly png: Blob
  readonly record: RunRecord
  readonly milliseconds: number
}

export const history = signal<readonly Entry[]>([])

/** More are forgotten, the oldest first. */
export const limit = 200

const store = database<Entry>('neg-studio', 'pictures')

export async function loadHistory(): Promise<void> {
  history.value = (await store.all()).sort((a, b) => b.id - a.id)
}

/** Keeps a picture, as a PNG with its record. */
export async function remember(record: RunRecord, image: Pixels, milliseconds: number): Promise<void> {
  const png = await encodePng(image, pictureTexts(record))
  const entry = await store.add({ made: Date.now(), png, record, milliseconds })
  const all = [entry, ...history.value]
  for (const old of all.slice(limit)) await store.delete(old.id)
  history.value = all.slice(0, limit)
}

export async function forget(id: number): Promise<void> {
  await store.delete(id)
  history.value = history.value.filter((entry) => entry.id !== id)
}

export async function forgetAll(): Promise<void> {
  await store.clear()
  history.value = []
}
