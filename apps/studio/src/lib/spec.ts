import type { RecipeInput } from '@neg/core'

type Negative = Exclude<NonNullable<RecipeInput['negatives']>[number], string>

/** A recipe's negatives, each as an object. */
export const specsOf = ({ negatives = [] }: RecipeInput): Negative[] =>
  negatives.map((negative) => (typeof negative === 'string' ? { text: negative } : negative))
