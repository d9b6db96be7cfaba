import { signal } from '@preact/signals'
import { en, type Strings } from './en'
import type { MoreStrings } from './en-more'

/** What the page is written in. Another language is other files beside `en.ts`, fetched when it is chosen. */
export const languages = { en: 'English', de: 'Deutsch' } as const

export type Language = keyof typeof languages

const key = 'neg-language'

const isLanguage = (name: string | null | undefined): name is Language => name === 'en' || name === 'de'

const current = signal<Strings>(en)
const later = signal<MoreStrings | undefined>(undefined)

export const language = signal<Language>('en')

/** The page's own words, in the chosen language. */
export const say = (): Strings => current.value

/** Those of views that open later, which `lazy` fetches with the first of them. */
export const more = (): MoreStrings => later.value!

const fetchMore = async (name: Language): Promise<MoreStrings> =>
  name === 'de' ? (await import('./de-more')).deMore : (await import('./en-more')).enMore

/** Fetches the words of views that open later; once. */
export async function loadMore(): Promise<void> {
  later.value ??= await fetchMore(language.value)
}

async function use(name: Language): Promise<void> {
  const words = name === 'de' ? (await import('./de')).de : en
  if (later.value) later.value = await fetchMore(name)
  current.value = words
  language.value = name
  document.documentElement.lang = name
}

export async function setLanguage(name: Language): Promise<void> {
  localStorage.setItem(key, name)
  await use(name)
}

/** The language that was chosen here, else the browser's. */
export function startLanguage(): Promise<void> {
  const kept = localStorage.getItem(key)
  const own = navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage)
  return use(isLanguage(kept) ? kept : (own ?? 'en'))
}
