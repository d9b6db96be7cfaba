import { NegError, type RecipeInput } from '@neg/core'
import { signal } from '@preact/signals'
import { database } from '../lib/database'
import { draft, edit, fromRecipe, toRecipe } from './draft'

/** A named set: parts of a prompt, negatives, settings. Each part is optional. */
export interface Style {
  readonly name: string
  /** With `{prompt}` where the prompt goes; else it is added after it. */
  readonly prompt?: string
  readonly negatives?: RecipeInput['negatives']
  /** Everything of a recipe that is neither text nor seed. */
  readonly settings?: Partial<RecipeInput>
}

export const styles = signal<readonly Style[]>([])

const store = database<Style>('styles')

const byName = (all: readonly Style[]): Style[] => [...all].sort((a, b) => a.name.localeCompare(b.name))

export async function loadStyles(): Promise<void> {
  styles.value = byName(await store.all())
}

/** Keeps a style, in place of one of that name. */
export async function keepStyle(style: Style): Promise<void> {
  await store.put(style)
  styles.value = byName([...styles.value.filter(({ name }) => name !== style.name), style])
}

export async function forgetStyle(name: string): Promise<void> {
  await store.delete(name)
  styles.value = styles.value.filter((style) => style.name !== name)
}

/** What of the page goes into a style. */
export interface StyleParts {
  readonly negatives: boolean
  readonly settings: boolean
}

export function styleOf(name: string, prompt: string, parts: StyleParts): Style {
  const { prompt: _prompt, negatives, seed: _seed, image: _image, ...settings } = toRecipe(draft.value)
  return {
    name,
    ...(prompt.trim() === '' ? {} : { prompt }),
    ...(parts.negatives ? { negatives } : {}),
    ...(parts.settings ? { settings } : {}),
  }
}

/** A prompt in a style. */
export const styledPrompt = (own: string, style: string): string =>
  style.includes('{prompt}') ? style.replaceAll('{prompt}', own) : [own, style].filter(Boolean).join(', ')

/** Puts a style on what the page says: its negatives are added to those that are there, its settings take the place of others. */
export function apply({ prompt, negatives = [], settings }: Style): void {
  const now = toRecipe(draft.value)
  const texts = (now.negatives ?? []).map((one) => (typeof one === 'string' ? one : one.text))
  const added = negatives.filter((one) => !texts.includes(typeof one === 'string' ? one : one.text))
  const next = fromRecipe({
    ...now,
    ...settings,
    prompt: prompt === undefined ? now.prompt : styledPrompt(now.prompt, prompt),
    negatives: [...(now.negatives ?? []), ...added],
  })
  edit(next)
}

export const exportStyles = (): Blob =>
  new Blob([JSON.stringify({ format: 1, styles: styles.value }, undefined, 2)], { type: 'application/json' })

/** Styles of a file: neg's own, or AUTOMATIC1111's `styles.csv`. @throws `option-invalid` */
export async function importStyles(file: File): Promise<number> {
  const text = await file.text()
  const { stylesOfCsv, stylesOfJson } = await import('../lib/style-file')
  const found = text.trim().startsWith('{') ? stylesOfJson(text) : stylesOfCsv(text)
  if (found.length === 0) throw new NegError('option-invalid', `${file.name} holds no styles.`, { where: 'styles' })
  for (const style of found) await keepStyle(style)
  return found.length
}
