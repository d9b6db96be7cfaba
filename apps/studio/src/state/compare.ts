import { type RecipeInput, windowPresets } from '@neg/core'
import { signal } from '@preact/signals'
import { specsOf, withNegatives } from '../lib/spec'
import { say } from '../strings'
import { defaults, recommended } from './defaults'

export const comparing = signal(false)

/**
 * The same seed three times: without negatives, with them all along, and with them in their windows. One of the last two is
 * the recipe as it stands: the third where any of its negatives has a window (by itself or from the model), else the second.
 */
export function comparison(recipe: RecipeInput): { label: string; recipe: RecipeInput }[] {
  const negatives = specsOf(recipe)
  // As core fills it in.
  const own = recipe.guidance || recipe.image ? undefined : defaults.value.window
  const windowed = own !== undefined || negatives.some(({ window }) => window !== undefined)
  const always: RecipeInput = {
    ...recipe,
    // Said, because a negative without a window may have the model's own.
    negatives: negatives.map((negative) => ({ ...negative, window: { from: 0, to: 1 } })),
  }
  const inWindow: RecipeInput = {
    ...recipe,
    negatives: negatives.map((negative) => ({
      ...negative,
      window: recommended.value.window ?? windowPresets.ban2024,
    })),
  }
  const { without, withAlways, withWindow } = say().comparison
  return [
    { label: without, recipe: withNegatives(recipe, []) },
    { label: withAlways, recipe: windowed ? always : recipe },
    { label: withWindow, recipe: windowed ? recipe : inWindow },
  ]
}
