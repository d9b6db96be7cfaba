import { NegError, type Pixels, type RecipeInput, type RunRecord, type RunWarning } from '@neg/core'
import type { AttentionSample } from '@neg/core/analysis'
import { signal } from '@preact/signals'
import { keepText } from '../lib/attention'
import { specsOf } from '../lib/spec'
import { settings } from './draft'
import { type Entry, remember } from './history'
import { inputsOf } from './inputs'
import { closeModel, isFatal } from './model'
import type { Place, PlaceRun } from './place'
import { learn, previewEvery, sketch } from './previews'

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
  /** Where the history has it. */
  readonly entry?: Entry
}

export const pictures = signal<readonly Picture[]>([])
/** Which of the pictures the details beside it are of. */
export const shown = signal(0)
export const failure = signal<NegError | undefined>(undefined)

export interface WatchOptions {
  readonly attention: boolean
  readonly previews: boolean
}

export const watch = signal<WatchOptions>({ attention: true, previews: true })

export const fresh = (label: string, recipe: RecipeInput): Picture => ({
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

/** Whose words are watched: of prompts that there are. */
const captureOf = (recipe: RecipeInput) =>
  ({
    roles: ['positive', ...(specsOf(recipe).length > 0 ? ['negative'] : [])],
    tokens: 'words',
    maps: true,
    layers: 'merged',
    idle: 'observe',
  }) as const

/** Follows a run to its end, as the picture of that index. */
async function follow(place: Place, index: number, run: PlaceRun): Promise<void> {
  let previews = 0
  for await (const event of run) {
    switch (event.type) {
      case 'warning':
        change(index, ({ warnings }) => ({ warnings: [...warnings, { code: event.code, message: event.message }] }))
        break
      case 'step-end': {
        const image = watch.value.previews ? sketch(place, event.x) : undefined
        change(index, ({ evaluations: e }) => ({
          step: event.step + 1,
          steps: event.steps,
          evaluations: {
            run: e.run + event.run,
            elided: e.elided + event.elided,
            observed: e.observed + event.observed,
          },
          ...(image ? { image } : {}),
        }))
        break
      }
      case 'attention':
        change(index, ({ attention: seen }) => ({ attention: keepText(seen, event) }))
        break
      case 'status':
        change(index, () => ({ queued: event.status === 'queued' ? { before: event.queuePosition } : undefined }))
        break
      case 'preview':
        previews++
        change(index, () => ({ image: event.image }))
        break
      case 'image':
        change(index, () => ({ image: event.image }))
    }
  }
  const result = await run.result
  const { record, timings, image } = result
  learn(place, result, record.recipe.steps, previews)
  change(index, () => ({ done: true, record, image, milliseconds: timings.total }))
  const entry = await remember(record, image, timings.total)
  change(index, () => ({ entry }))
}

/** What a page that is closed has to know to find a server's job again. */
export interface RunningJob {
  readonly server: string
  readonly id: string
  readonly label: string
  readonly recipe: RecipeInput
}

const jobKey = 'neg-job'

/** The job that was running when the page was left. */
export function leftJob(): RunningJob | undefined {
  try {
    return JSON.parse(localStorage.getItem(jobKey) ?? '') as RunningJob
  } catch {
    return undefined
  }
}

export const forgetJob = (): void => localStorage.removeItem(jobKey)

/** Draws one of the pictures. */
export async function draw(
  place: Place,
  index: number,
  options: { readonly signal: AbortSignal; readonly attention: boolean; readonly left?: string },
): Promise<void> {
  const { signal, left } = options
  const { recipe, label } = pictures.value[index]
  const cost = place.plan(recipe)
  const steps = recipe.steps ?? cost?.steps ?? pictures.value[index].steps
  change(index, () => ({ steps, ...(cost ? { planned: { min: cost.min, max: cost.max } } : {}) }))
  const { attention, previews } = watch.value
  const every = previews ? previewEvery(place, steps) : undefined
  const run =
    left === undefined
      ? place.draw(recipe, {
          signal,
          ...(every === undefined ? {} : { previews: { every } }),
          ...(attention && options.attention && place.provides.has('attention.capture')
            ? { capture: captureOf(recipe) }
            : {}),
          inputs: await inputsOf(recipe),
        })
      : place.attach!(left, { signal })
  run.id
    ?.then((id) => localStorage.setItem(jobKey, JSON.stringify({ server: place.where, id, label, recipe })))
    .catch(() => {}) // `result` says so
  try {
    await follow(place, index, run)
  } finally {
    if (run.id) forgetJob()
  }
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
