import { signal } from '@preact/signals'
import { knownModels } from './known-models'
import { choice, openPlace, type Source } from './model'
import type { Place } from './place'

const same = (a: Source, b: Source): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Models on which every recipe is drawn, too, beside the chosen one. */
export const beside = signal<readonly Source[]>([])

const opened = new Map<string, Promise<Place>>()

/** Models that can be drawn with beside the chosen one: those that were open here, and the embedded one. */
export function others(): { readonly name: string; readonly source: Source }[] {
  const all = [{ id: 'portraits', source: { kind: 'embedded' } as const }, ...knownModels()]
  return all
    .filter(({ source }, i) => all.findIndex((other) => same(other.source, source)) === i)
    .filter(({ source }) => !same(source, choice.value.source))
    .map(({ id, source }) => ({ source, name: source.kind === 'server' ? `${id} (${new URL(source.url).host})` : id }))
}

/** What a model beside the chosen one is called. */
export const nameOf = (source: Source): string =>
  others().find((other) => same(other.source, source))?.name ?? source.kind

export const isBeside = (source: Source): boolean => beside.value.some((other) => same(other, source))

/** Takes a model in, or out: then what it holds is given back. */
export function setBeside(source: Source, on: boolean): void {
  beside.value = [...beside.value.filter((other) => !same(other, source)), ...(on ? [source] : [])]
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
