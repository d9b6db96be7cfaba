import type { Level } from './prediction'

/** α = √ᾱ, σ = √(1 − ᾱ). */
export const vpLevel = (t: number, alphaBar: number): Level => ({
  t,
  alpha: Math.sqrt(alphaBar),
  sigma: Math.sqrt(1 - alphaBar),
})

/** The variance-preserving level of a ratio s = σ/α: α = 1/√(1 + s²), σ = s α. */
export function ratioLevel(t: number, ratio: number): Level {
  const alpha = 1 / Math.hypot(ratio, 1)
  return { t, alpha, sigma: ratio * alpha }
}

/** Rectified flow: α = 1 − σ. */
export const flowLevel = (t: number, sigma: number): Level => ({ t, alpha: 1 - sigma, sigma })

/** EDM: α = 1; the network is told c_noise = ln(σ)/4 (Karras et al. 2022, table 1). */
export const edmLevel = (sigma: number): Level => ({ t: Math.log(sigma) / 4, alpha: 1, sigma })

/** σ/α. */
export const ratioOf = (level: Level): number => level.sigma / level.alpha

/** λ = ln(α/σ), half the log signal-to-noise ratio; infinite at σ = 0. */
export const lambdaOf = (level: Level): number => Math.log(level.alpha) - Math.log(level.sigma)
