import { norm, parallel } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'

/** The two predictions of one call. @experimental */
export interface PromptPair {
  readonly positive: Tensor
  readonly negative: Tensor
}

/** ‖proj_{ε₋}(ε₊)‖: how much of the positive prediction lies along the negative one. */
export const projectionNorm = ({ positive, negative }: PromptPair): number => norm(parallel(positive, negative))

/**
 * The inducing effect at each call,
 *
 *   D^(t) = ‖proj_{ε₋}(ε₊)‖ on the trajectory with the negative − the same on the trajectory without it,
 *
 * predictions in the ε space, both of each trajectory's own x_t: above 0, the negative draws the positive prediction
 * towards what it names. Source: Ban et al. 2024 (arXiv 2406.02965), `how.ipynb`.
 *
 * @experimental
 */
export const inducingEffect = (withNegative: readonly PromptPair[], without: readonly PromptPair[]): number[] =>
  withNegative.map((pair, t) => projectionNorm(pair) - projectionNorm(without[t]))
