import { mean } from '../tensor/arithmetic'
import { sameShape, type Tensor } from '../tensor/tensor'
import type { AttentionSample } from './attention-sample'
import { heatMap } from './heat-map'

/** How well a word's attention matches a place at one call. @experimental */
export interface PlacementPoint {
  readonly step: number
  readonly call: number
  /** −1 … 1. */
  readonly correlation: number
}

/** Pearson's correlation of two maps over pixels; 0 where one is flat. */
export function mapCorrelation(a: Tensor, b: Tensor): number {
  sameShape(a, b)
  const [meanA, meanB] = [mean(a), mean(b)]
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [a.data[i] - meanA, b.data[i] - meanB]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb)
}

/**
 * Whether a word's attention has found a place (a map [h, w]: a mask, a difference of two pictures, another word's map) at
 * each call of one prompt: the correlation of its heat map with the place.
 *
 * @experimental
 */
export const placementCurve = (
  samples: readonly AttentionSample[],
  word: string | number,
  place: Tensor,
): PlacementPoint[] => {
  const [height, width] = place.shape
  return samples.map((sample) => ({
    step: sample.step,
    call: sample.call,
    correlation: mapCorrelation(heatMap([sample], word, { height, width }), place),
  }))
}

/**
 * The first call at which a word's attention is at its place: its correlation reaches `share` of the highest it ever has.
 * Undefined where attention never correlates with the place. ("The feature map which attends to the right place for the
 * first time", Ban et al. 2024, figure 1.)
 *
 * @experimental
 */
export function firstPlaced(curve: readonly PlacementPoint[], share = 0.9): PlacementPoint | undefined {
  const best = Math.max(0, ...curve.map(({ correlation }) => correlation))
  return best === 0 ? undefined : curve.find(({ correlation }) => correlation >= share * best)
}
