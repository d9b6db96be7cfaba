import { effect } from '@preact/signals'
import { type Draft, draft, fromRecipe, toRecipe } from './draft'

const key = 'neg-draft'

/** A recipe without negatives does not say that a mask is to be found: the picture is kept as the page edits it. */
type Kept = Pick<Draft, 'seedMove' | 'image'> & { readonly recipe: ReturnType<typeof toRecipe> }

/** The draft of the last visit, as it was when the page was closed, reloaded or lost. */
export function restoreDraft(): void {
  try {
    const { recipe, seedMove, image } = JSON.parse(localStorage.getItem(key) ?? '') as Kept
    draft.value = { ...fromRecipe(recipe), seedMove, ...(image ? { image } : {}) }
  } catch {
    // Nothing was kept, or something else under that name: the page begins as it is.
  }
}

/** Keeps the draft with every change: a crash tells nobody that it comes. */
export function keepDraft(): void {
  effect(() => {
    const { value } = draft
    const { seedMove, image } = value
    localStorage.setItem(key, JSON.stringify({ recipe: toRecipe(value), seedMove, image } satisfies Kept))
  })
}
