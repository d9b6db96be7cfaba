import { NegError, type Pixels, type RecipeInput, type RunRecord, type RunWarning } from '@neg/core'
import type { AttentionSample } from '@neg/core/analysis'
import { readImage } from '@neg/web'
import { signal } from '@preact/signals'
import { isEdit } from '../lib/spec'
import { settings } from './draft'
import { type Entry, entryById } from './history'
import { inputsOf } from './inputs'
import { closeModel, isFatal } from './model'

/** One picture in the making, or made. */
export interface Picture {
  readonly label: string
  readonly recipe: RecipeInput
  readonly step: number
  readonly steps: number
  /** How far the picture that something is taken out of is led back. */
  readonly back?: { readonly step: number; readonly steps: number }
  /** Where it may change, found by its negatives: white. */
  readonly found?: Pixels
  /** It is the picture that something is taken out of, as it was. */
  readonly photo?: true
  readonly image?: Pixels
  /** Why it could not be drawn, where others beside it were. */
  readonly failed?: string
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
/** Whether the stage shows where an edit found that its picture may change. */
export const showFound = signal(false)
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

export const change = (index: number, by: (picture: Picture) => Partial<Picture>): void => {
  pictures.value = pictures.value.map((picture, i) => (i === index ? { ...picture, ...by(picture) } : picture))
}

/** The picture that recipes take something out of, where all of them do with the same. @throws `image-missing`, `image-malformed` */
export async function photoOf(recipes: readonly RecipeInput[], label: string): Promise<Picture[]> {
  const [first] = recipes
  if (!first || !recipes.every((recipe) => isEdit(recipe) && recipe.image?.sha256 === first.image?.sha256)) return []
  const [{ pixels }] = await inputsOf(first)
  return [{ ...fresh(label, first), photo: true, image: pixels, done: true }]
}

/** Says of a picture that it could not be drawn, and of what code. */
export const markFailed = (index: number, error: unknown): void =>
  change(index, () => ({ failed: NegError.isInstance(error) ? error.code : 'internal', done: true }))

/** Takes a picture from the history in place of one that is to be drawn; whether it was there. */
export async function recall(index: number, id: number | undefined): Promise<boolean> {
  const entry = id === undefined ? undefined : await entryById(id)
  if (!entry) return false
  const image = await readImage(entry.png)
  const { record, milliseconds } = entry
  change(index, () => ({ done: true, record, image, milliseconds, entry, evaluations: record.evaluations }))
  return true
}

/** What a page that is closed has to know to find a server's job again. */
export interface RunningJob {
  readonly server: string
  readonly id: string
  readonly label: string
  readonly recipe: RecipeInput
}

export const jobKey = 'neg-job'

/** The job that was running when the page was left. */
export function leftJob(): RunningJob | undefined {
  try {
    return JSON.parse(localStorage.getItem(jobKey) ?? '') as RunningJob
  } catch {
    return undefined
  }
}

export const forgetJob = (): void => localStorage.removeItem(jobKey)

/** Shows an error; a model that is of no use any more is closed, so that the next picture opens it anew. */
export async function fail(error: unknown): Promise<void> {
  failure.value = NegError.isInstance(error)
    ? error
    : new NegError('internal', `Something failed that should not: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
  if (isFatal(error)) await closeModel()
}
