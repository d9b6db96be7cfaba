import { lambdaOf } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { combine } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'

/** `++`: the network's x0 is integrated, else its noise; `sde`: the reverse SDE rather than the ODE. */
export type DpmAlgorithm = 'dpmsolver' | 'dpmsolver++' | 'sde-dpmsolver' | 'sde-dpmsolver++'

/** A Taylor expansion of the integrated quantity: its value and its derivatives by λ, scaled as in the paper. */
export interface Expansion {
  readonly d0: Tensor
  readonly d1?: Tensor
  readonly d2?: Tensor
  /** How d1 is integrated: exactly (`heun`, and whatever has a d2), or as half of d0's weight (`midpoint`). */
  readonly d1Weight?: 'midpoint' | 'heun'
}

/** A ramp that ends at the last σ twice has a step of no length, up to rounding; the weights divide by it. */
const noStep = 1e-9

/**
 * x at `to` from x at `from`: the linear part exactly, plus the expansion integrated (Lu et al. 2022, DPM-Solver eq. 3.7
 * and DPM-Solver++ eq. 9; Lu et al. appendix for the SDE). `noise` is standard normal, for the SDE algorithms only.
 */
export function dpmUpdate(
  algorithm: DpmAlgorithm,
  x: Tensor,
  from: Level,
  to: Level,
  { d0, d1, d2, d1Weight = 'heun' }: Expansion,
  noise?: Tensor,
): Tensor {
  const h = lambdaOf(to) - lambdaOf(from)
  if (Math.abs(h) < noStep) return x
  const weights = integrals(algorithm, from, to, h)
  const terms: [Tensor, number][] = [
    [x, weights.x],
    [d0, weights.d0],
  ]
  if (d1) terms.push([d1, d1Weight === 'midpoint' ? weights.d0 / 2 : weights.d1()])
  if (d2) terms.push([d2, weights.d2()])
  if (noise) terms.push([noise, weights.noise])
  return combine(terms)
}

function integrals(
  algorithm: DpmAlgorithm,
  { alpha: αs, sigma: σs }: Level,
  { alpha: αt, sigma: σt }: Level,
  h: number,
) {
  switch (algorithm) {
    case 'dpmsolver++': {
      const e = Math.expm1(-h)
      return {
        x: σt / σs,
        d0: -αt * e,
        d1: () => αt * (e / h + 1),
        d2: () => -αt * ((e + h) / h ** 2 - 0.5),
        noise: 0,
      }
    }
    case 'dpmsolver': {
      const e = Math.expm1(h)
      return {
        x: αt / αs,
        d0: -σt * e,
        d1: () => -σt * (e / h - 1),
        d2: () => -σt * ((e - h) / h ** 2 - 0.5),
        noise: 0,
      }
    }
    case 'sde-dpmsolver++': {
      const e = -Math.expm1(-2 * h)
      return {
        x: (σt / σs) * Math.exp(-h),
        d0: αt * e,
        d1: () => αt * (e / (-2 * h) + 1),
        d2: () => αt * ((e - 2 * h) / (2 * h) ** 2 - 0.5),
        noise: σt * Math.sqrt(e),
      }
    }
    case 'sde-dpmsolver': {
      const e = Math.expm1(h)
      return {
        x: αt / αs,
        d0: -2 * σt * e,
        d1: () => -2 * σt * (e / h - 1),
        d2: () => Number.NaN,
        noise: σt * Math.sqrt(Math.expm1(2 * h)),
      }
    }
  }
}
