import { type RecipeInput, randomSeed } from '@neg/core'
import { computed, effect, signal } from '@preact/signals'
import { say } from '../strings'
import { beside, chosenName, nameOf, openBeside } from './beside'
import { comparing, comparison } from './compare'
import { draft, edit, editing, type SeedMove, toRecipe } from './draft'
import { choice, model, openModel, type Source } from './model'
import { notifyWhenDone } from './notify'
import type { Place } from './place'
import type { PlotLayout } from './plot'
import { fail, failure, fresh, leftJob, markFailed, type Picture, photoOf, pictures, recall, shown } from './run'

export interface Asked {
  readonly label: string
  readonly recipe: RecipeInput
  /** The model beside the chosen one that draws it; absent: the chosen one. */
  readonly source?: Source
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
  /** A server's job that goes on: of the first that is not there yet. */
  readonly left?: string
  /** Those that are drawn, by their place among the asked: where the history has them. */
  readonly there?: Readonly<Record<number, number>>
  readonly done: (pictures: readonly Picture[] | undefined) => void
}

export type Phase = 'idle' | 'opening' | 'drawing'

export const phase = signal<Phase>('idle')
/** Asked for, not yet begun. */
export const waiting = signal<readonly Batch[]>([])
/** How the pictures are laid out, where they are a grid's. */
export const layout = signal<PlotLayout | undefined>(undefined)
/** The batch that is being drawn, and what of it is there. */
export const running = signal<Batch | undefined>(undefined)
/** When the running batch began, and how many of its pictures were there then. */
export const began = signal<{ readonly at: number; readonly kept: number } | undefined>(undefined)

export const busy = computed(() => phase.value !== 'idle')

let ids = 0
let current: AbortController | undefined

/** @throws what a run would refuse, where that is known before a model is open. */
const check = (asked: readonly Asked[], place: Place | undefined): void => {
  for (const { recipe, source } of asked) if (!source) place?.plan(recipe)
}

async function runBatch(batch: Batch): Promise<void> {
  const { asked, layout: grid, left, done, there = {} } = batch
  const controller = new AbortController()
  current = controller
  const { signal } = controller
  try {
    phase.value = 'opening'
    running.value = batch
    const main = asked.every(({ source }) => source) ? undefined : await abortable(openModel(), signal)
    // A refused recipe leaves the pictures where they are.
    check(asked, main)
    const beside = grid || batch.kept.length > 0 ? [] : asked.map(({ recipe }) => recipe)
    const kept = [...batch.kept, ...(await abortable(photoOf(beside, say().photograph), signal))]
    pictures.value = [...kept, ...asked.map(({ label, recipe }) => fresh(label, recipe))]
    layout.value = grid
    shown.value = grid ? 0 : pictures.value.length - 1
    began.value = { at: Date.now(), kept: kept.length }
    let goesOn = left
    const failures: unknown[] = []
    for (const [i, { source }] of asked.entries()) {
      const index = kept.length + i
      if (await recall(index, there[i])) continue
      try {
        phase.value = 'opening'
        const place = source ? await abortable(openBeside(source), signal) : main!
        phase.value = 'drawing'
        const { draw } = await import('./draw')
        await draw(place, index, { signal, attention: !grid, left: goesOn })
      } catch (error) {
        if (!source || signal.aborted) throw error
        // Another model draws it, too: what one of them cannot keeps nothing from the others.
        failures.push(error)
        markFailed(index, error)
        continue
      }
      goesOn = undefined
      if (grid) shown.value = index
      const { entry } = pictures.value[index]
      if (entry) running.value = { ...batch, there: { ...running.value?.there, [i]: entry.id } }
    }
    done(pictures.value)
    if (failures.length > 0) throw failures[0]
  } catch (error) {
    done(undefined)
    if (!signal.aborted) throw error
  } finally {
    current = undefined
    running.value = undefined
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
  const label = editing.value ? say().edited : say().picture
  const asked = comparing.value ? comparison(recipe) : [{ label, recipe }]
  notifyWhenDone(drawAll(beside.value.length === 0 ? asked : onEach(asked)))
}

/** The same on the chosen model and on each beside it, which are named. */
const onEach = (asked: readonly Asked[]): Asked[] => {
  const named = (name: string, label: string) => (asked.length > 1 ? `${label}, ${name}` : name)
  return asked.flatMap(({ label, recipe }) => [
    { label: named(chosenName() ?? say().theChosen, label), recipe },
    ...beside.value.map((source) => ({
      label: named(nameOf(source), label),
      recipe,
      source,
    })),
  ])
}

type KeptBatch = Pick<Batch, 'title' | 'asked' | 'layout' | 'there'>

const key = 'neg-queue'

/** Keeps what waits, and what is not yet drawn of the running batch, with every change: for this tab, until it is closed. */
export function keepQueue(): void {
  effect(() => {
    const all = [...(running.value ? [running.value] : []), ...waiting.value]
    const kept = all.map(({ title, asked, layout, there }): KeptBatch => ({ title, asked, layout, there }))
    if (kept.length > 0) sessionStorage.setItem(key, JSON.stringify({ kept, running: running.value !== undefined }))
    else sessionStorage.removeItem(key)
  })
}

/** What waited when the page was reloaded or lost waits again; a job that a server was drawing goes on, and what waits after it. */
export function restoreQueue(): void {
  const job = leftJob()
  const { source } = choice.value
  const goesOn = job && source.kind === 'server' && new URL(source.url).host === job.server
  let kept: { kept: readonly KeptBatch[]; running: boolean } = { kept: [], running: false }
  try {
    kept = JSON.parse(sessionStorage.getItem(key) ?? '')
  } catch {
    // Nothing waited.
  }
  const batches = kept.kept.map((batch): Batch => ({ kept: [], done() {}, ...batch, id: ++ids }))
  const [first, ...others] = batches
  if (!goesOn) waiting.value = batches
  else if (kept.running) waiting.value = [{ ...first, left: job.id }, ...others]
  else {
    const alone: Batch = { id: ++ids, title: job.recipe.prompt, asked: [job], kept: [], left: job.id, done() {} }
    waiting.value = [alone, ...batches]
  }
  if (goesOn) void goOn()
}
