import { ratioOf } from '../../prediction/level'
import type { Guided, Level } from '../../prediction/prediction'
import { combine } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'
import { predictionOf } from './guided'

/** dx/dσ with α = 1: the noise, or (x − x0)/σ of an adjusted x0. */
export function slopeOf(guided: Guided, x: Tensor, level: Level, adjust?: (x0: Tensor) => Tensor): Tensor {
  if (!adjust) return predictionOf(guided, 'eps')
  const sigma = ratioOf(level)
  return combine([
    [x, 1 / sigma],
    [adjust(predictionOf(guided, 'x0')), -1 / sigma],
  ])
}

/** x + stride · slope. */
export const along = (x: Tensor, slope: Tensor, stride: number): Tensor =>
  combine([
    [x, 1],
    [slope, stride],
  ])
