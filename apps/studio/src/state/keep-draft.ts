import { effect } from '@preact/signals'
import { type Draft, draft, fromRecipe, toRecipe } from './draft'

const key = 'neg-draft'

type Kept = Pick<Draft, 'seedMove'> & { readonly recipe: ReturnType<typeof toRecipe> }

/** The draft of the last visit, as it was when the page was closed, reloaded or lost. */
export function restoreDraft(): void {
  try {
    const { recipe, seedMove } = JSON.parse(localStorage.getItem(key) ?? '') as Kept
    draft.value = { ...fromRecipe(recipe), seedMove }
  } catch {
    // Nothing was kept, or something else under that name: the page begins as it is.
  }
}

/** Keeps the draft with every change: a crash tells nobody that it comes. */
export function keepDraft(): void {
  effect(() => {
    const { value } = draft
    localStorage.setItem(key, JSON.stringify({ recipe: toRecipe(value), seedMove: value.seedMove } satisfies Kept))
  })
}
