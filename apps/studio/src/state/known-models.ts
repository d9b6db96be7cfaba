import type { ModelInfo, RunRecord } from '@neg/core'
import type { Source } from './model'

/** A model that was open on this page at some time, and where it came from. */
export interface KnownModel {
  readonly id: string
  readonly digest: string
  readonly source: Source
}

const key = 'neg-models'

/** More are forgotten. */
const most = 20

/** Those that were open here, the last first. */
export function knownModels(): readonly KnownModel[] {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}

export function noteModel({ id, digest }: ModelInfo, source: Source): void {
  const others = knownModels().filter((known) => JSON.stringify(known.source) !== JSON.stringify(source))
  localStorage.setItem(key, JSON.stringify([{ id, digest, source }, ...others].slice(0, most)))
}

/** Where the model that drew a picture is to be had, if it was ever open here; the embedded one always is. */
export function sourceOf({ id, digest }: RunRecord['models'][string]): Source | undefined {
  const known = knownModels().find((one) => one.digest === digest)
  return known?.source ?? (id.endsWith('portraits') ? { kind: 'embedded' } : undefined)
}
