import type { RecipeInput } from '@neg/core'

type Negative = Exclude<NonNullable<RecipeInput['negatives']>[number], string>

/** A recipe with other negatives. Without any there is nothing to find in a picture. */
export function withNegatives<R extends Pick<RecipeInput, 'image'>>(
  recipe: R,
  negatives: readonly Negative[],
): R & Pick<RecipeInput, 'negatives'> {
  const { find: _find, ...image } = recipe.image ?? {}
  const bare = recipe.image && negatives.length === 0 ? { image: image as R['image'] } : {}
  return { ...recipe, ...bare, negatives: [...negatives] }
}

/** Whether something is taken out of a picture: it is led back to its noise and drawn again. */
export const isEdit = ({ image }: Pick<RecipeInput, 'image'>): boolean => image?.inversion !== undefined

/** A recipe's negatives, each as an object. */
export const specsOf = ({ negatives = [] }: RecipeInput): Negative[] =>
  negatives.map((negative) => (typeof negative === 'string' ? { text: negative } : negative))
