import * as z from 'zod'
import { combine } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'

export const churnShape = {
  s_churn: z.number().min(0).default(0).describe('Noise added before each step (Karras et al. 2022, algorithm 2).'),
  s_tmin: z.number().min(0).default(0).describe('Churn only at σ from here …'),
  s_tmax: z.number().min(0).nullable().default(null).describe('… to here; null: no limit.'),
  s_noise: z.number().min(0).default(1).describe('Standard deviation of the churn noise.'),
}

interface ChurnConfig {
  readonly s_churn: number
  readonly s_tmin: number
  readonly s_tmax: number | null
  readonly s_noise: number
}

/**
 * x with fresh noise up to σ̂ = (1 + γ) σ, γ = min(s_churn/N, √2 − 1) where σ is within s_tmin … s_tmax; x itself without.
 * @param count Entries of diffusers' `sigmas`: with log-linear interpolation one more than levels.
 */
export function churned(
  x: Tensor,
  sigma: number,
  count: number,
  { s_churn, s_tmin, s_tmax, s_noise }: ChurnConfig,
  normal: () => Tensor,
): { readonly x: Tensor; readonly sigma: number } {
  // the ends count as diffusers holds σ, in float32
  const { fround } = Math
  const told = fround(sigma)
  const within = fround(s_tmin) <= told && told <= fround(s_tmax ?? Number.POSITIVE_INFINITY)
  const gamma = within ? Math.min(s_churn / (count - 1), Math.SQRT2 - 1) : 0
  if (gamma === 0) return { x, sigma }
  const hat = sigma * (1 + gamma)
  return {
    x: combine([
      [x, 1],
      [normal(), s_noise * Math.sqrt(hat ** 2 - sigma ** 2)],
    ]),
    sigma: hat,
  }
}
