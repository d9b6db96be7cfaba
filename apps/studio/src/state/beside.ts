import { computed, signal } from '@preact/signals'
import { knownModels } from './known-models'
import { choice, inspection, model, openPlace, type Source } from './model'
import type { Place } from './place'

const same = (a: Source, b: Source): boolean => JSON.stringify(a) === JSON.stringify(b)

const keptAs = 'neg-beside'

function remembered(): readonly Source[] {
  try {
    const kept = JSON.parse(localStorage.getItem(keptAs) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}

const ticked = signal<readonly Source[]>(remembered())

/** Models on which every recipe is drawn, too, beside the chosen one. */
export const beside = computed(() => ticked.value.filter((source) => !same(source, choice.value.source)))

const opened = new Map<string, Promise<Place>>()

/** Models that can be drawn with beside the chosen one: those that were open here, and the embedded one. */
export function others(): { readonly name: string; readonly source: Source }[] {
  const all = [{ id: 'portraits', source: { kind: 'embedded' } as const }, ...knownModels()]
  return all
    .filter(({ source }, i) => all.findIndex((other) => same(other.source, source)) === i)
    .filter(({ source }) => !same(source, choice.value.source))
    .map(({ id, source }) => ({ source, name: source.kind === 'server' ? `${id} (${new URL(source.url).host})` : id }))
}

/** What the chosen model is called, as far as that is known before it is open. */
export const chosenName = (): string | undefined =>
  model.value?.info.id ??
  inspection.value?.folder?.id ??
  knownModels().find(({ source }) => same(source, choice.value.source))?.id

/** What a model beside the chosen one is called. */
export const nameOf = (source: Source): string =>
  others().find((other) => same(other.source, source))?.name ?? source.kind

export const isBeside = (source: Source): boolean => beside.value.some((other) => same(other, source))

/** Takes a model in, or out: then what it holds is given back. */
export function setBeside(source: Source, on: boolean): void {
  ticked.value = [...ticked.value.filter((other) => !same(other, source)), ...(on ? [source] : [])]
  localStorage.setItem(keptAs, JSON.stringify(ticked.value))
  const key = JSON.stringify(source)
  if (on) return
  void opened.get(key)?.then(
    (place) => place.dispose(),
    () => {}, // it never opened
  )
  opened.delete(key)
}

/** A model beside the chosen one, opened when it isn't yet. */
export function openBeside(source: Source): Promise<Place> {
  const key = JSON.stringify(source)
  const place = opened.get(key) ?? openPlace({ ...choice.value, source })
  opened.set(key, place)
  place.catch(() => opened.delete(key))
  return place
}
