import {
  checkRecipe,
  foreignRecipe,
  NegError,
  type RecipeInput,
  type RunRecord,
  readPngText,
  recordKeyword,
} from '@neg/core'
import { computed, signal } from '@preact/signals'
import { draft, fromRecipe } from './draft'
import { model } from './model'

interface Loaded {
  readonly name: string
  /** The model that drew it. */
  readonly made?: RunRecord['models'][string]
  /** What of another tool's picture was not understood. */
  readonly notes?: readonly string[]
}

const current = signal<Loaded | undefined>(undefined)

/** What the page says after a record was loaded: once a model is open, also that it is another one than drew it. */
export const loaded = computed(() => {
  if (!current.value) return undefined
  const { name, made, notes = [] } = current.value
  const here = model.value?.info
  const said = [`Loaded the recipe of ${name}.`, ...notes].join(' ')
  if (!made) return said
  if (!here) return `${said} It was drawn by ${made.id}.`
  return made.digest === here.digest
    ? said
    : `${said} It was drawn by ${made.id}; ${here.id} is open here, so the picture will differ.`
})

export const dismissLoaded = (): void => {
  current.value = undefined
}

/** Loads the recipe of a record. */
export function useRecord(record: Pick<RunRecord, 'recipe'> & Partial<RunRecord>, name: string): void {
  checkRecipe(record.recipe)
  draft.value = fromRecipe(record.recipe as RecipeInput)
  const made = record.models?.main
  current.value = { name, ...(made ? { made } : {}) }
}

/** A dropped or chosen file: a PNG with a record, or a record as JSON. @throws `record-missing`, `recipe-invalid` */
export async function openPicture(file: File): Promise<void> {
  const missing = (cause?: unknown) =>
    new NegError(
      'record-missing',
      `${file.name} carries neither a record of neg nor what another tool says of it. Pictures that this page, @neg/node or the neg command wrote do.`,
      { cause },
    )
  const texts: Readonly<Record<string, string>> = file.name.endsWith('.json')
    ? { [recordKeyword]: await file.text() }
    : readPngText(new Uint8Array(await file.arrayBuffer()))
  const text = texts[recordKeyword]
  if (text === undefined) {
    const foreign = foreignRecipe(texts)
    if (!foreign) throw missing()
    const recipe = { prompt: '', ...foreign.recipe }
    checkRecipe(recipe)
    draft.value = fromRecipe(recipe)
    current.value = { name: file.name, notes: foreign.notes }
    return
  }
  let record: Partial<RunRecord>
  try {
    record = JSON.parse(text)
  } catch (cause) {
    throw missing(cause)
  }
  if (!record?.recipe) throw missing()
  useRecord({ ...record, recipe: record.recipe }, file.name)
}
