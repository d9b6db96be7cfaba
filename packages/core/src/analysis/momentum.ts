import { cosine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'

/**
 * Whether denoising keeps its direction: cos(ε^{(t)}, ε^{(t+1)}) of consecutive predictions of one prompt, one value fewer
 * than predictions. Source: Ban et al. 2024, "momentum effect" (`how_alignment.ipynb`).
 *
 * @experimental
 */
export const momentumCosines = (predictions: readonly Tensor[]): number[] =>
  predictions.slice(1).map((next, i) => cosine(predictions[i], next))
