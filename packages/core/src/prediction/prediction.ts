import { NegError } from '../errors/neg-error'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'

/**
 * A noise level in the MODEL's own parameterisation x = α·x0 + σ·n, whatever scaling a scheduler uses inside
 * (VP: α² + σ² = 1; EDM: α = 1; flow: α + σ = 1). `t` is what the network is told: a timestep, possibly fractional.
 */
export interface Level {
  readonly t: number
  readonly alpha: number
  readonly sigma: number
}

/**
 * What a network predicts of x = α x0 + σ n: `eps` = n, `x0`, `v` = α n − σ x0, `flow` = n − x0.
 */
export type Space = 'eps' | 'v' | 'x0' | 'flow'

/** A network's answer with the x and level it was asked at; plain data. */
export interface Prediction {
  readonly space: Space
  readonly value: Tensor
  readonly x: Tensor
  readonly level: Level
}

/** What a step is taken with: one prediction, or the clean image and the re-noising direction apart (CFG++). */
export type Guided = Prediction | { readonly x0: Prediction; readonly noise: Prediction }

/**
 * For each space, the (a, b) with x0 = a x + b d and (c, e) with n = c x + e d, where d is the prediction.
 * Solved from x = α x0 + σ n and the definition of d.
 */
function linearForms(space: Space, { alpha: α, sigma: σ }: Level): { x0: [number, number]; eps: [number, number] } {
  switch (space) {
    case 'eps':
      return { x0: [1 / α, -σ / α], eps: [0, 1] }
    case 'x0':
      return { x0: [0, 1], eps: [1 / σ, -α / σ] }
    case 'v': {
      const s = α * α + σ * σ
      return { x0: [α / s, -σ / s], eps: [σ / s, α / s] }
    }
    case 'flow': {
      const s = α + σ
      return { x0: [1 / s, -σ / s], eps: [1 / s, α / s] }
    }
  }
}

/** Coefficients (a, b) with target = a x + b d for a prediction d in `from`. Infinite where undefined (eps→x0 at α = 0). */
export function conversion(from: Space, to: Space, level: Level): [number, number] {
  if (from === to) return [0, 1]
  const { x0, eps } = linearForms(from, level)
  if (to === 'x0') return x0
  if (to === 'eps') return eps
  const { alpha: α, sigma: σ } = level
  if (to === 'v') return [α * eps[0] - σ * x0[0], α * eps[1] - σ * x0[1]]
  return [eps[0] - x0[0], eps[1] - x0[1]]
}

/**
 * The same prediction in another space, at the same x and level.
 * @throws `conversion-undefined` where it divides by zero: eps→x0 at zero terminal SNR (α = 0), x0→eps at σ = 0.
 */
export function convert(prediction: Prediction, to: Space): Prediction {
  const { space, value, x, level } = prediction
  if (space === to) return prediction
  const [a, b] = conversion(space, to, level)
  if (!Number.isFinite(a) || !Number.isFinite(b)) {
    throw new NegError(
      'conversion-undefined',
      `A prediction of ${space} says nothing about ${to} at timestep ${level.t} (α = ${level.alpha}, σ = ${level.sigma}). ` +
        'Zero terminal SNR needs a model that predicts v or x0.',
    )
  }
  return {
    space: to,
    value: combine([
      [x, a],
      [value, b],
    ]),
    x,
    level,
  }
}

/** A prediction like `like` with another value. */
export const withValue = (like: Prediction, value: Tensor): Prediction => ({ ...like, value })
