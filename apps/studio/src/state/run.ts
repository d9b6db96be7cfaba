import { NegError, type Pixels, type RecipeInput, type RunRecord, type RunWarning, randomSeed } from '@neg/core'
import type { AttentionSample } from '@neg/core/analysis'
import { signal } from '@preact/signals'
import { keepText } from '../lib/attention'
import { draft, edit, settings, toRecipe } from './draft'
import { remember } from './history'
import { closeModel, isFatal, openModel } from './model'
import type { Place } from './place'

/** One picture in the making, or made. */
export interface Picture {
  readonly label: string
  readonly recipe: RecipeInput
  readonly step: number
  readonly steps: number
  readonly image?: Pixels
  /** The image is the finished one. */
  readonly done: boolean
  readonly evaluations: { readonly run: number; readonly elided: number; readonly observed: number }
  /** Evaluations that the plan foresees; equal where the plan is exact. */
  readonly planned?: { readonly min: number; readonly max: number }
  /** What was seen of each prompt's words at each call, all layers merged. */
  readonly attention: readonly AttentionSample[]
  /** It waits at a server: how many are drawn before it, where the server knows. */
  readonly queued?: { readonly before: number | null }
  readonly warnings: readonly RunWarning[]
  readonly record?: RunRecord
  readonly milliseconds?: number
}

export type Phase = 'idle' | 'opening' | 'drawing'

export const phase = signal<Phase>('idle')
export const pictures = signal<readonly Picture[]>([])
/** Which of the pictures the details beside it are of. */
export const shown = signal(0)
export const failure = signal<NegError | undefined>(undefined)

export interface WatchOptions {
  readonly attention: boolean
  readonly previews: boolean
}

export const watch = signal<WatchOptions>({ attention: true, previews: true })

let current: AbortController | undefined

const fresh = (label: string, recipe: RecipeInput): Picture => ({
  label,
  recipe,
  step: 0,
  steps: recipe.steps ?? settings.value.steps,
  done: false,
  evaluations: { run: 0, elided: 0, observed: 0 },
  attention: [],
  warnings: [],
})

const change = (index: number, by: (picture: Picture) => Partial<Picture>): void => {
  pictures.value = pictures.value.map((picture, i) => (i === index ? { ...picture, ...by(picture) } : picture))
}

const capture = {
  roles: ['positive', 'negative'],
  tokens: 'words',
  maps: true,
  layers: 'merged',
  idle: 'observe',
} as const

async function draw(place: Place, index: number, signal: AbortSignal): Promise<void> {
  const { recipe } = pictures.value[index]
  const cost = place.plan(recipe)
  const steps = recipe.steps ?? cost?.steps ?? pictures.value[index].steps
  change(index, () => ({ steps, ...(cost ? { planned: { min: cost.min, max: cost.max } } : {}) }))
  const { attention, previews } = watch.value
  const run = place.draw(recipe, {
    signal,
    ...(previews ? { previews: { every: Math.max(1, Math.ceil(steps / 10)) } } : {}),
    ...(attention && place.provides.has('attention.capture') ? { capture } : {}),
  })
  for await (const event of run) {
    switch (event.type) {
      case 'warning':
        change(index, ({ warnings }) => ({ warnings: [...warnings, { code: event.code, message: event.message }] }))
        break
      case 'step-end':
        change(index, ({ evaluations: e }) => ({
          step: event.step + 1,
          steps: event.steps,
          evaluations: {
            run: e.run + event.run,
            elided: e.elided + event.elided,
            observed: e.observed + event.observed,
          },
        }))
        break
      case 'attention':
        change(index, ({ attention: seen }) => ({ attention: keepText(seen, event) }))
        break
      case 'status':
        change(index, () => ({ queued: event.status === 'queued' ? { before: event.queuePosition } : undefined }))
        break
      case 'preview':
      case 'image':
        change(index, () => ({ image: event.image }))
    }
  }
  const { record, timings, image } = await run.result
  change(index, () => ({ done: true, record, image, milliseconds: timings.total }))
  await remember(record, image, timings.total)
}

/** Draws recipes one after another, each shown beside the others; `kept` pictures are there already, and stand first. */
export async function drawAll(
  recipes: readonly { label: string; recipe: RecipeInput }[],
  kept: readonly Picture[] = [],
): Promise<void> {
  if (phase.value !== 'idle') return
  const controller = new AbortController()
  current = controller
  failure.value = undefined
  try {
    phase.value = 'opening'
    const place = await abortable(openModel(), controller.signal)
    phase.value = 'drawing'
    pictures.value = [...kept, ...recipes.map(({ label, recipe }) => fresh(label, recipe))]
    shown.value = pictures.value.length - 1
    for (let index = kept.length; index < pictures.value.length; index++) await draw(place, index, controller.signal)
  } catch (error) {
    if (!controller.signal.aborted) await fail(error)
  } finally {
    current = undefined
    phase.value = 'idle'
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

/** Shows an error; a model that is of no use any more is closed, so that the next picture opens it anew. */
export async function fail(error: unknown): Promise<void> {
  failure.value = NegError.isInstance(error)
    ? error
    : new NegError('internal', `Something failed that should not: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
  if (isFatal(error)) await closeModel()
}

export const abort = (): void => current?.abort()

/** Draws the picture that the page describes. */
export async function drawOne(): Promise<void> {
  if (draft.value.newSeed) edit({ seed: randomSeed() })
  await drawAll([{ label: 'Picture', recipe: toRecipe(draft.value) }])
}
