import { NegError } from '@neg/core'
import portraits from '@neg/portraits/web'
import { type Inspection, inspect, type ModelSource, type ProgressEvent, type WebModel, web } from '@neg/web'
import { signal } from '@preact/signals'

/** Where the model comes from. A neg server's address is one more kind: it gives the same interface. */
export type Source = { readonly kind: 'embedded' } | { readonly kind: 'url'; readonly url: string }

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
export const model = signal<WebModel | undefined>(undefined)
export const inspection = signal<Inspection | undefined>(undefined)
/** The sum over all files that are being fetched. */
export const download = signal<{ loaded: number; total?: number } | undefined>(undefined)

let opening: Promise<WebModel> | undefined

const sourceOf = ({ source }: ModelChoice): ModelSource => (source.kind === 'embedded' ? portraits : source.url)

const optionsOf = (chosen: ModelChoice) => ({ model: sourceOf(chosen), device: chosen.device, cache: chosen.cache })

/** What opening the chosen model takes: device, bytes to fetch. Shown before anything large is fetched. */
export async function look(): Promise<void> {
  const chosen = choice.value
  const found = await inspect(optionsOf(chosen))
  if (chosen === choice.value) inspection.value = found
}

/** The chosen model, opened when it isn't yet. */
export function openModel(): Promise<WebModel> {
  if (opening) return opening
  const own = web({
    ...optionsOf(choice.value),
    progress_callback: (event: ProgressEvent) => {
      if (event.status === 'progress_total') {
        download.value = { loaded: event.loaded ?? 0, ...(event.total === undefined ? {} : { total: event.total }) }
      }
    },
  }).then(async (opened) => {
    if (opening === own) {
      model.value = opened
      void look().catch(() => {}) // only the figures of what is stored
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
