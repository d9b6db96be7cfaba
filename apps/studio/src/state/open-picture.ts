import { checkRecipe, NegError, type RecipeInput, type RunRecord, readPngText } from '@neg/core'
import { signal } from '@preact/signals'
import { draft, fromRecipe } from './draft'
import { model } from './model'

/** What the page says after a record was loaded. */
export const loaded = signal<string | undefined>(undefined)

/** Loads the recipe of a record; says when it was made by another model. */
export function useRecord(record: Pick<RunRecord, 'recipe'> & Partial<RunRecord>, name: string): void {
  checkRecipe(record.recipe)
  draft.value = fromRecipe(record.recipe as RecipeInput)
  const made = record.models?.main
  const here = model.value?.info
  const other = made && here && made.digest !== here.digest
  loaded.value = `Loaded the recipe of ${name}.${other ? ` It was drawn by ${made.id}; ${here.id} is open here, so the picture will differ.` : ''}`
}

/** A dropped or chosen file: a PNG with a record, or a record as JSON. @throws `record-missing`, `recipe-invalid` */
export async function openPicture(file: File): Promise<void> {
  const missing = (cause?: unknown) =>
    new NegError(
      'record-missing',
      `${file.name} carries no record of neg. Pictures that this page, @neg/node or the neg command wrote do.`,
      { cause },
    )
  const text = file.name.endsWith('.json')
    ? await file.text()
    : readPngText(new Uint8Array(await file.arrayBuffer())).neg
  if (text === undefined) throw missing()
  let record: Partial<RunRecord>
  try {
    record = JSON.parse(text)
  } catch (cause) {
    throw missing(cause)
  }
  if (!record?.recipe) throw missing()
  useRecord({ ...record, recipe: record.recipe }, file.name)
}
