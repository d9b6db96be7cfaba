import { type RecipeInput, windowPresets } from '@neg/core'
import { signal } from '@preact/signals'
import { specsOf } from '../lib/spec'
import { recommended } from './defaults'
import { draft, toRecipe } from './draft'
import { drawAll } from './run'

export const comparing = signal(false)

/** The same seed three times: without negatives, with them all along, and with their windows (by default the model's own, else Ban et al.'s). */
export function comparison(recipe: RecipeInput): { label: string; recipe: RecipeInput }[] {
  const negatives = specsOf(recipe)
  return [
    { label: 'Without', recipe: { ...recipe, negatives: [] } },
    {
      label: 'With, always',
      recipe: {
        ...recipe,
        // Said, because a negative without a window may have the model's own.
        negatives: negatives.map((negative) => ({ ...negative, window: { from: 0, to: 1 } })),
      },
    },
    {
      label: 'With, in its window',
      recipe: {
        ...recipe,
        negatives: negatives.map((negative) => ({
          ...negative,
          window: negative.window ?? recommended.value.window ?? windowPresets.ban2024,
        })),
      },
    },
  ]
}

export const drawComparison = (): Promise<void> => drawAll(comparison(toRecipe(draft.value)))
