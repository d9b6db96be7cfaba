import { ratioOf } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { combine, times } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'
import type { Schedule } from '../scheduler'

/** The start of a solver that holds x as the network sees it: pure noise, or α image + σ noise at its first call. */
export const modelScaledStart = (normal: Tensor, schedule: Schedule, image?: Tensor): Tensor =>
  noisedAt(schedule.calls[0].level, normal, image)

/** Pure noise, or α image + σ noise at a level. */
export const noisedAt = ({ alpha, sigma }: Level, normal: Tensor, image?: Tensor): Tensor =>
  image === undefined
    ? normal
    : combine([
        [image, alpha],
        [normal, sigma],
      ])

/** The start of a solver that holds x with α = 1: noise times its initial σ, or image + (σ/α) noise at its first call. */
export const unitScaledStart =
  (initialSigma: (schedule: Schedule) => number) =>
  (normal: Tensor, schedule: Schedule, image?: Tensor): Tensor =>
    image === undefined
      ? times(initialSigma(schedule), normal)
      : combine([
          [image, 1],
          [normal, ratioOf(schedule.calls[0].level)],
        ])
