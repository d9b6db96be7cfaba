import { type Interval, meanInterval } from './confidence-band'

/**
 * Reverse activation: how much likelier an object is in pictures drawn with a negative against it on an early window than
 * in those of the same seeds without any; above 0, the negative made what it was to remove.
 *
 *   P(object | negative on [a, b)) − P(object | no negative), paired by seed
 *
 * Source: Ban et al. 2024 (arXiv 2406.02965), "reverse activation".
 *
 * @param early probabilities (or 0 and 1) of the object in pictures with the early negative, by seed
 * @param none the same without a negative
 * @experimental
 */
export const reverseActivation = (early: readonly number[], none: readonly number[]): Interval =>
  meanInterval(early.map((probability, i) => probability - none[i]))
