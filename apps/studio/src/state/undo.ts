import { effect, signal } from '@preact/signals'
import { type Draft, draft } from './draft'

/** More steps back are forgotten. */
const most = 200

/** Changes of the same fields within this time (ms) are one step: typing, dragging. */
const together = 800

const past = signal<readonly Draft[]>([])
const future = signal<readonly Draft[]>([])

export const canUndo = (): boolean => past.value.length > 0
export const canRedo = (): boolean => future.value.length > 0

let last = draft.peek()
let changed = { what: '', at: 0 }

/** Which parts of a draft differ from another's, by name; how many negatives, where that does. */
function difference(a: Draft, b: Draft): string {
  const names = new Set([...Object.keys(a), ...Object.keys(b)] as (keyof Draft)[])
  const count = a.negatives.length === b.negatives.length ? [] : [b.negatives.length]
  return [...[...names].filter((name) => a[name] !== b[name]), ...count].join(' ')
}

/** Notes every change of the draft from now on. */
export function noteChanges(): void {
  last = draft.peek()
  effect(() => {
    const now = draft.value
    if (now === last) return
    const what = difference(last, now)
    const at = Date.now()
    if (what !== changed.what || at - changed.at > together) past.value = [...past.peek(), last].slice(-most)
    changed = { what, at }
    future.value = []
    last = now
  })
}

function travel(from: typeof past, to: typeof past): void {
  const target = from.value.at(-1)
  if (!target) return
  from.value = from.value.slice(0, -1)
  to.value = [...to.value, draft.value]
  changed = { what: '', at: 0 }
  last = target
  draft.value = target
}

export const undo = (): void => travel(past, future)
export const redo = (): void => travel(future, past)
