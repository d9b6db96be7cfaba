import { type RecipeInput, randomSeed } from '@neg/core'
import { computed, signal } from '@preact/signals'
import { say } from '../strings'
import { beside, nameOf, openBeside } from './beside'
import { comparing, comparison } from './compare'
import { draft, edit, type SeedMove, toRecipe } from './draft'
import { choice, model, openModel } from './model'
import { notifyWhenDone } from './notify'
import type { Place } from './place'
import type { PlotLayout } from './plot'
import { draw, fail, failure, fresh, leftJob, type Picture, pictures, shown } from './run'

export interface Asked {
  readonly label: string
  readonly recipe: RecipeInput
  /** Where it is drawn; absent: with the chosen model. */
  readonly open?: () => Promise<Place>
}

/** Pictures that are asked for together and shown beside each other. */
export interface Batch {
  readonly id: number
  readonly title: string
  readonly asked: readonly Asked[]
  /** Pictures that are there already, and stand first. */
  readonly kept: readonly Picture[]
  /** Of a grid. */
  readonly layout?: PlotLayout
  /** A server's job that goes on. */
  readonly left?: string
  readonly done: (pictures: readonly Picture[] | undefined) => void
}

export type Phase = 'idle' | 'opening' | 'drawing'

export const phase = signal<Phase>('idle')
/** Asked for, not yet begun. */
export const waiting = signal<readonly Batch[]>([])
/** How the pictures are laid out, where they are a grid's. */
export const layout = signal<PlotLayout | undefined>(undefined)
/** When the running batch began, and how many of its pictures were there then. */
export const began = signal<{ readonly at: number; readonly kept: number } | undefined>(undefined)

export const busy = computed(() => phase.value !== 'idle')

let ids = 0
let current: AbortController | undefined

/** @throws what a run would refuse, where that is known before a model is open. */
const check = (asked: readonly Asked[], place: Place | undefined): void => {
  for (const { recipe, open } of asked) if (!open) place?.plan(recipe)
}

async function runBatch({ asked, kept, layout: grid, left, done }: Batch): Promise<void> {
  const controller = new AbortController()
  current = controller
  const { signal } = controller
  try {
    phase.value = 'opening'
    const main = asked.every(({ open }) => open) ? undefined : await abortable(openModel(), signal)
    // A refused recipe leaves the pictures where they are.
    check(asked, main)
    pictures.value = [...kept, ...asked.map(({ label, recipe }) => fresh(label, recipe))]
    layout.value = grid
    shown.value = grid ? 0 : pictures.value.length - 1
    began.value = { at: Date.now(), kept: kept.length }
    for (const [i, { open }] of asked.entries()) {
      phase.value = 'opening'
      const place = open ? await abortable(open(), signal) : main!
      phase.value = 'drawing'
      await draw(place, kept.length + i, { signal, attention: !grid, left })
      if (grid) shown.value = kept.length + i
    }
    done(pictures.value)
  } catch (error) {
    done(undefined)
    if (!signal.aborted) throw error
  } finally {
    current = undefined
    began.value = undefined
  }
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    promise.then(resolve, reject)
  })
}

let pumping = false

/** The seed that was asked for last: where it is to move on, it moves from there. */
let lastSeed: string | undefined

/** Draws what waits, one batch after another. After an error the rest waits until somebody says to go on. */
export async function goOn(): Promise<void> {
  if (pumping) return
  pumping = true
  failure.value = undefined
  try {
    while (waiting.value.length > 0) {
      const [next, ...rest] = waiting.value
      waiting.value = rest
      await runBatch(next)
    }
  } catch (error) {
    lastSeed = undefined // it was not drawn: the next try is of the same
    await fail(error)
  } finally {
    pumping = false
    phase.value = 'idle'
  }
}

/**
 * Asks for pictures: drawn at once, or after those that are being drawn. Resolves with them, or with undefined where they were
 * stopped, refused or taken out.
 */
export function drawAll(
  asked: readonly Asked[],
  more: Partial<Pick<Batch, 'title' | 'kept' | 'layout' | 'left'>> = {},
): Promise<readonly Picture[] | undefined> {
  try {
    check(asked, model.value)
  } catch (error) {
    void fail(error)
    return Promise.resolve(undefined)
  }
  return new Promise((done) => {
    const title = more.title ?? asked[0]?.recipe.prompt ?? ''
    waiting.value = [...waiting.value, { id: ++ids, title, asked, kept: [], ...more, done }]
    void goOn()
  })
}

export function takeOut(id: number): void {
  waiting.value.find((batch) => batch.id === id)?.done(undefined)
  waiting.value = waiting.value.filter((batch) => batch.id !== id)
}

/** Stops what is being drawn; what waits comes next. */
export const abort = (): void => current?.abort()

export function abortAll(): void {
  for (const { done } of waiting.value) done(undefined)
  waiting.value = []
  abort()
}

const moved: Record<SeedMove, (seed: string) => string> = {
  keep: (seed) => seed,
  next: (seed) => (/^[+-]?\d{1,20}$/.test(seed) ? String(BigInt.asUintN(64, BigInt(seed) + 1n)) : seed),
  random: () => randomSeed(),
}

/** Draws what the page describes. */
export function drawNow(): void {
  const { seed, seedMove } = draft.value
  if (seed === lastSeed) edit({ seed: moved[seedMove](seed) })
  lastSeed = draft.value.seed
  const recipe = toRecipe(draft.value)
  const asked = comparing.value ? comparison(recipe) : [{ label: say().picture, recipe }]
  notifyWhenDone(drawAll(beside.value.length === 0 ? asked : onEach(asked)))
}

/** The same on the chosen model and on each beside it, which are named. */
const onEach = (asked: readonly Asked[]): Asked[] => {
  const named = (name: string, label: string) => (asked.length > 1 ? `${label}, ${name}` : name)
  return asked.flatMap(({ label, recipe }) => [
    { label: named(model.value?.info.id ?? say().theChosen, label), recipe },
    ...beside.value.map((source) => ({
      label: named(nameOf(source), label),
      recipe,
      open: () => openBeside(source),
    })),
  ])
}

/** Goes on with a job that a server was drawing when the page was left. */
export function resumeJob(): void {
  const job = leftJob()
  if (!job) return
  const { source } = choice.value
  if (source.kind !== 'server' || new URL(source.url).host !== job.server) return
  void drawAll([job], { left: job.id })
}
