import { checkRecipe, type RecipeInput, type RunRecord } from '@neg/core'
import { computed, signal } from '@preact/signals'
import { draft, fromRecipe } from './draft'
import { sourceOf } from './known-models'
import { inspection, model } from './model'
import { fail, failure } from './run'

/** What a recipe was loaded from. */
interface Loaded {
  readonly name: string
  /** The model that drew it. */
  readonly made?: RunRecord['models'][string]
  /** Another tool that wrote it, and what of its texts was not understood. */
  readonly foreign?: { readonly tool: string; readonly notes: readonly string[] }
}

const current = signal<Loaded | undefined>(undefined)

/** What was loaded last: where another model than the chosen one drew it, that one, and where it is to be had. */
export const loaded = computed(() => {
  if (!current.value) return undefined
  const { name, made, foreign } = current.value
  const info = model.value?.info
  const here = info?.id ?? inspection.value?.folder?.id
  // Before a model is open its name is all that is known of it.
  const other = made && (info ? made.digest !== info.digest : made.id !== here)
  return { name, foreign, ...(other ? { other: { id: made.id, here, source: sourceOf(made) } } : {}) }
})

export const dismissLoaded = (): void => {
  current.value = undefined
}

/** Recipes of one file that holds several: a grid's. */
export const several = signal<readonly Partial<RunRecord>[]>([])

/** Takes a recipe, and says where it is from. @throws `recipe-invalid` */
export function useRecipe(recipe: RecipeInput, from: Loaded): void {
  checkRecipe(recipe)
  draft.value = fromRecipe(recipe)
  current.value = from
}

/** Loads the recipe of a record. */
export function useRecord(record: Pick<RunRecord, 'recipe'> & Partial<RunRecord>, name: string): void {
  const made = record.models?.main
  useRecipe(record.recipe as RecipeInput, { name, ...(made ? { made } : {}) })
}

/** Opens a file, from wherever the page gets it; what is wrong with it the page says. */
export function openFile(file: File | undefined): void {
  if (!file) return
  failure.value = undefined
  several.value = []
  void import('./open-picture').then(({ openPicture }) => openPicture(file)).catch(fail)
}
