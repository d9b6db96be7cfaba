import { NegError } from '@neg/core'
import portraits from '@neg/portraits/web'
import type { Inspection, ProgressEvent } from '@neg/web'
import { signal } from '@preact/signals'
import { noteModel } from './known-models'
import type { Place } from './place'

/** Where the model comes from. */
export type Source =
  | { readonly kind: 'embedded' }
  /** A folder that Optimum exported. */
  | { readonly kind: 'url'; readonly url: string }
  /** A neg server, which draws itself; one of its models, default its first. */
  | { readonly kind: 'server'; readonly url: string; readonly model?: string }

export interface ModelChoice {
  readonly source: Source
  readonly device: 'auto' | 'webgpu' | 'wasm'
  readonly cache: 'browser' | 'memory'
}

const key = 'neg-model'

function remembered(): ModelChoice {
  const fallback: ModelChoice = { source: { kind: 'embedded' }, device: 'auto', cache: 'browser' }
  try {
    return { ...fallback, ...JSON.parse(localStorage.getItem(key) ?? '{}') }
  } catch {
    return fallback // somebody else's, or cut short
  }
}

export const choice = signal<ModelChoice>(remembered())
export const model = signal<Place | undefined>(undefined)
export const inspection = signal<Inspection | undefined>(undefined)
/** The sum over all files that are being fetched. */
export const download = signal<{ loaded: number; total?: number } | undefined>(undefined)

let opening: Promise<Place> | undefined

const tokenKey = (url: string): string => `neg-token ${url}`

/** What the server at an address asks for. Kept until the tab is closed, never with the rest. */
export const tokenOf = (url: string): string => sessionStorage.getItem(tokenKey(url)) ?? ''

export function setToken(url: string, token: string): void {
  if (token === '') sessionStorage.removeItem(tokenKey(url))
  else sessionStorage.setItem(tokenKey(url), token)
}

const optionsOf = ({ source, device, cache }: ModelChoice) => ({
  model: source.kind === 'url' ? source.url : portraits,
  device,
  cache,
})

/**
 * What opening the chosen model takes: device, bytes to fetch. Shown before anything large is fetched. A server costs nothing
 * to open, so it is.
 */
export async function look(): Promise<void> {
  const chosen = choice.value
  if (chosen.source.kind === 'server') {
    await openModel()
    return
  }
  const { inspect } = await import('./inspect')
  const found = await inspect(optionsOf(chosen))
  if (chosen === choice.value) inspection.value = found
}

async function openHere(chosen: ModelChoice): Promise<Place> {
  const { openLocal } = await import('./local-place')
  return openLocal({
    ...optionsOf(chosen),
    onProgress: (event: ProgressEvent) => {
      if (event.status === 'progress_total') {
        download.value = { loaded: event.loaded ?? 0, ...(event.total === undefined ? {} : { total: event.total }) }
      }
    },
  })
}

/** A model, opened: the code for it comes with the first. @throws what keeps it from that */
export async function openPlace(chosen: ModelChoice): Promise<Place> {
  const { source } = chosen
  if (source.kind !== 'server') return openHere(chosen)
  const { serverPlace } = await import('./server-place')
  return serverPlace({ ...source, token: tokenOf(source.url) || undefined })
}

/** The chosen model, opened when it isn't yet. */
export function openModel(): Promise<Place> {
  if (opening) return opening
  const chosen = choice.value
  const { source } = chosen
  const place = openPlace(chosen)
  const own = place.then(async (opened) => {
    if (opening === own) {
      model.value = opened
      noteModel(opened.info, source)
      if (source.kind !== 'server') void look().catch(() => {}) // only the figures of what is stored
    } else await opened.dispose()
    return opened
  })
  opening = own
  own
    .catch(() => {
      if (opening === own) opening = undefined
    })
    .finally(() => {
      download.value = undefined
    })
  return own
}

/** Ends the open model's worker; the next picture opens it anew. */
export async function closeModel(): Promise<void> {
  opening = undefined
  const open = model.value
  model.value = undefined
  await open?.dispose().catch(() => {}) // its worker may be gone already
}

export async function choose(change: Partial<ModelChoice>): Promise<void> {
  choice.value = { ...choice.value, ...change }
  localStorage.setItem(key, JSON.stringify(choice.value))
  inspection.value = undefined
  await closeModel()
}

const fatal = new Set(['worker-lost', 'device-lost', 'disposed', 'out-of-memory'])

/** Whether a model is of no use after an error. */
export const isFatal = (error: unknown): boolean => NegError.isInstance(error) && fatal.has(error.code)
