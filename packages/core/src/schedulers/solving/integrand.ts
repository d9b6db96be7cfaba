import type { Guided, Level } from '../../prediction/prediction'
import { combine } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'
import { predictionOf } from './guided'

/** The clean image that a solver integrates, adjusted (thresholding). */
export const cleanIntegrand = (guided: Guided, adjust: (x0: Tensor) => Tensor): Tensor =>
  adjust(predictionOf(guided, 'x0'))

/** The noise that a solver integrates; where x0 is adjusted, the noise that belongs to the adjusted one. */
export function noiseIntegrand(
  guided: Guided,
  x: Tensor,
  { alpha, sigma }: Level,
  adjust: ((x0: Tensor) => Tensor) | undefined,
): Tensor {
  if (!adjust) return predictionOf(guided, 'eps')
  return combine([
    [x, 1 / sigma],
    [adjust(predictionOf(guided, 'x0')), -alpha / sigma],
  ])
}
