import {
  type DiffusionModel,
  generate,
  NegError,
  type Pixels,
  type PromptWord,
  plan,
  type RecipeInput,
  type Run,
  type RunRecord,
  type RunWarning,
  randomSeed,
} from '@neg/core'
import { signal } from '@preact/signals'
import { type AttentionLog, emptyLog, logAttention } from '../lib/attention-log'
import { draft, edit, toRecipe } from './draft'
import { remember } from './history'
import { closeModel, isFatal, openModel } from './model'

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
  readonly attention: AttentionLog
  readonly words: { readonly positive: readonly PromptWord[]; readonly negatives: readonly (readonly PromptWord[])[] }
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

let current: { run?: Run; controller: AbortController } | undefined

const fresh = (label: string, recipe: RecipeInput): Picture => ({
  label,
  recipe,
  step: 0,
  steps: recipe.steps ?? 20,
  done: false,
  evaluations: { run: 0, elided: 0, observed: 0 },
  attention: emptyLog,
  words: { positive: [], negatives: [] },
  warnings: [],
})

const change = (index: number, by: (picture: Picture) => Partial<Picture>): void => {
  pictures.value = pictures.value.map((picture, i) => (i === index ? { ...picture, ...by(picture) } : picture))
}

/** The words of a prompt and where their tokens are. */
async function wordsOf(model: DiffusionModel, texts: readonly string[], signal: AbortSignal) {
  const { width, height } = model.info.size
  const encoded = await model.encode(
    texts.map((text) => ({ text })),
    { width, height, signal },
  )
  for (const conditioning of encoded) conditioning.release()
  return encoded.map(({ words }) => words)
}

async function draw(model: DiffusionModel, index: number, signal: AbortSignal): Promise<void> {
  const { recipe } = pictures.value[index]
  const { min, max, steps } = plan(recipe, model)
  change(index, () => ({ planned: { min, max }, steps: recipe.steps ?? steps }))
  const { attention, previews } = watch.value
  const capture = attention && model.provides.has('attention.capture')
  if (capture) {
    const texts = [recipe.prompt, ...(recipe.negatives ?? []).map((n) => (typeof n === 'string' ? n : n.text))]
    const [positive, ...negatives] = await wordsOf(model, texts, signal)
    change(index, () => ({ words: { positive, negatives } }))
  }
  const run = generate(model, recipe, {
    signal,
    ...(previews ? { previews: { every: Math.max(1, Math.ceil((recipe.steps ?? steps) / 10)) } } : {}),
    ...(capture
      ? { capture: { roles: ['positive', 'negative'], tokens: 'words', maps: true, idle: 'observe' } as const }
      : {}),
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
        change(index, ({ attention: log }) => ({ attention: logAttention(log, event) }))
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

/** Draws recipes one after another, each shown beside the others. */
export async function drawAll(recipes: readonly { label: string; recipe: RecipeInput }[]): Promise<void> {
  if (phase.value !== 'idle') return
  const controller = new AbortController()
  current = { controller }
  failure.value = undefined
  try {
    phase.value = 'opening'
    const model = await abortable(openModel(), controller.signal)
    phase.value = 'drawing'
    pictures.value = recipes.map(({ label, recipe }) => fresh(label, recipe))
    shown.value = recipes.length - 1
    for (let index = 0; index < recipes.length; index++) await draw(model, index, controller.signal)
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

export const abort = (): void => current?.controller.abort()

/** Draws the picture that the page describes. */
export async function drawOne(): Promise<void> {
  if (draft.value.newSeed) edit({ seed: randomSeed() })
  await drawAll([{ label: 'Picture', recipe: toRecipe(draft.value) }])
}
