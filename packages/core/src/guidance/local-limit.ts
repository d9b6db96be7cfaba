import type { Tensor } from '../tensor/tensor'
import { absoluteQuantile } from './quantile'

/** Masks are over cells, 1 where something was pushed. */
type Masks = readonly Float32Array[]

/**
 * Where a mask is on, no value is farther from 0 than the quantile of its channel in `plain`, nor, where `plain` itself is
 * farther, than that.
 */
export function withinRange(pushed: Tensor, plain: Tensor, masks: Masks, quantile: number): Tensor {
  const channels = pushed.shape[0]
  const cells = pushed.data.length / channels
  const data = Float32Array.from(pushed.data)
  for (let c = 0; c < channels; c++) {
    const own = plain.data.subarray(c * cells, (c + 1) * cells)
    const most = absoluteQuantile(own, quantile)
    for (let cell = 0; cell < cells; cell++) {
      if (!masks.some((mask) => mask[cell] !== 0)) continue
      const limit = Math.max(most, Math.abs(own[cell]))
      const i = c * cells + cell
      data[i] = Math.min(limit, Math.max(-limit, data[i]))
    }
  }
  return { data, shape: pushed.shape }
}

/**
 * Where masks are on, every value lies within [min − h r, max + h r] of the predictions there, r = max − min: those of `always`, and
 * of each negative whose mask is on.
 */
export function withinHull(
  pushed: Tensor,
  always: readonly Tensor[],
  negatives: readonly Tensor[],
  masks: Masks,
  extents: number,
): Tensor {
  const data = Float32Array.from(pushed.data)
  const cells = data.length / pushed.shape[0]
  for (let i = 0; i < data.length; i++) {
    let low = Number.POSITIVE_INFINITY
    let high = Number.NEGATIVE_INFINITY
    let on = false
    for (let k = 0; k < masks.length; k++) {
      if (masks[k][i % cells] === 0) continue
      on = true
      low = Math.min(low, negatives[k].data[i])
      high = Math.max(high, negatives[k].data[i])
    }
    if (!on) continue
    for (const { data: values } of always) {
      low = Math.min(low, values[i])
      high = Math.max(high, values[i])
    }
    const extent = extents * (high - low)
    data[i] = Math.min(high + extent, Math.max(low - extent, data[i]))
  }
  return { data, shape: pushed.shape }
}
