import type { GenerateInput } from './functions-of-progress'

/** Whether an edit of these negatives is drawn by `nag`, which takes one, and gives it a strength of its own. */
export const isForNag = ([one, ...others]: NonNullable<GenerateInput['negatives']>): boolean =>
  one !== undefined && others.length === 0 && (typeof one === 'string' || !('scale' in one || 'outside' in one))
