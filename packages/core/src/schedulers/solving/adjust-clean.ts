import * as z from 'zod'
import { mapValues } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'

export const thresholdShape = {
  thresholding: z.boolean().default(false).describe('Dynamic thresholding of x0 (Imagen); not for latent models.'),
  dynamic_thresholding_ratio: z.number().min(0).max(1).default(0.995),
  sample_max_value: z.number().gt(0).default(1).describe('The largest threshold.'),
}

export const clipShape = (clip_sample: boolean) => ({
  clip_sample: z.boolean().default(clip_sample).describe('Clip x0 to ± clip_sample_range; not for latent models.'),
  clip_sample_range: z.number().gt(0).default(1),
})

export interface AdjustConfig {
  readonly thresholding?: boolean
  readonly dynamic_thresholding_ratio?: number
  readonly sample_max_value?: number
  readonly clip_sample?: boolean
  readonly clip_sample_range?: number
}

/** What a scheduler does to its clean image before it steps: dynamic thresholding, clipping, or nothing. */
export function cleanAdjustment(config: AdjustConfig): (x0: Tensor) => Tensor {
  if (config.thresholding) {
    const { dynamic_thresholding_ratio: ratio = 0.995, sample_max_value: most = 1 } = config
    return (x0) => thresholded(x0, ratio, most)
  }
  if (config.clip_sample) return (x0) => clipped(x0, config.clip_sample_range ?? 1)
  return (x0) => x0
}

const clipped = (x0: Tensor, range: number): Tensor => mapValues(x0, (x) => Math.min(Math.max(x, -range), range))

/** clip(x0, −s, s)/s, s the quantile of |x0| within [1, most] (Saharia et al. 2022, section 2.3). */
function thresholded(x0: Tensor, ratio: number, most: number): Tensor {
  const s = Math.min(Math.max(quantile(x0.data.map(Math.abs).sort(), ratio), 1), most)
  return mapValues(clipped(x0, s), (x) => x / s)
}

function quantile(sorted: Float32Array, share: number): number {
  const index = share * (sorted.length - 1)
  const low = Math.floor(index)
  const high = Math.min(low + 1, sorted.length - 1)
  return sorted[low] + (index - low) * (sorted[high] - sorted[low])
}
