import { combine } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'

/** Weights of the newest slope first, for equal strides. */
const weights = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]]

/** The slopes of the last one to four steps, oldest first, extrapolated (Adams–Bashforth). */
export const adamsBashforth = (slopes: readonly Tensor[]): Tensor =>
  combine(weights[slopes.length - 1].map((w, i) => [slopes[slopes.length - 1 - i], w]))
