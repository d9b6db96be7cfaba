import { computed, signal } from '@preact/signals'
import { type Entry, history } from './history'
import { pictures, shown } from './run'
import { view } from './views'

/** The pictures that are looked at, one after another, and which of them is. */
export const viewing = signal<{ readonly ids: readonly number[]; readonly at: number }>({ ids: [], at: 0 })

export const sights = ['one', 'slider', 'difference'] as const

/** Alone, under a slider with another, or as their difference. */
export type Sight = (typeof sights)[number]

/** How pictures are looked at. */
export const sight = signal<Sight>('one')

const byId = computed(() => new Map(history.value.map((entry) => [entry.id, entry])))

export const entryOf = (id: number | undefined): Entry | undefined =>
  id === undefined ? undefined : byId.value.get(id)

export const viewed = computed(() => entryOf(viewing.value.ids[viewing.value.at]))

export function look(ids: readonly number[], id: number, how: Sight = 'one'): void {
  sight.value = how
  viewing.value = { ids, at: Math.max(0, ids.indexOf(id)) }
  view.value = 'viewer'
}

/** Looks at the shown picture, among those beside it. */
export function lookAtShown(how?: Sight): void {
  const ids = pictures.value.flatMap(({ entry }) => (entry ? [entry.id] : []))
  const id = pictures.value[shown.value]?.entry?.id
  if (id !== undefined) look(ids, id, how)
}

/** The picture after this one, or before it. */
export function turn(by: number): void {
  const { ids, at } = viewing.value
  viewing.value = { ids, at: Math.min(ids.length - 1, Math.max(0, at + by)) }
}
