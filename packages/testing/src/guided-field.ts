import type { NoiseLevel } from './gaussian-mixture'
import type { GaussianMixtureModel } from './gaussian-mixture-model'

/** A condition's coefficient in a linear guidance at a noise level; `null` is the whole mixture. */
export type FieldTerms = (level: NoiseLevel) => readonly (readonly [text: string | null, coefficient: number])[]

/**
 * Integrates the probability-flow equation of a linear guidance with the mixture's exact scores, in float64: with
 * z = x/α and s = σ/α it is dz/ds = Σ c_i eps_i. Heun's method, steps evenly spaced in ln s, the last one to s = 0.
 *
 * @param x where the run starts, in the model's parameterisation, at `from`.
 * @returns x at σ = 0: a sample of what the guidance, not a solver, makes of this noise.
 */
export function integrateGuided(
  model: Pick<GaussianMixtureModel, 'score'>,
  terms: FieldTerms,
  x: ArrayLike<number>,
  from: NoiseLevel,
  steps = 1000,
): Float64Array {
  const levelOf = (s: number): NoiseLevel => ({ alpha: 1 / Math.hypot(1, s), sigma: s / Math.hypot(1, s) })
  const slope = (z: Float64Array, s: number): Float64Array => {
    const level = levelOf(s)
    const at = z.map((value) => level.alpha * value)
    const sum = new Float64Array(z.length)
    for (const [text, c] of terms(level)) {
      model.score(text, at, level).forEach((score, i) => (sum[i] -= c * level.sigma * score))
    }
    return sum
  }
  const first = from.sigma / from.alpha
  const last = 1e-3
  const grid = Array.from({ length: steps }, (_, i) => first * (last / first) ** (i / (steps - 1)))
  let z = Float64Array.from(x, (value) => value / from.alpha)
  grid.forEach((s, i) => {
    const next = grid[i + 1] ?? 0
    const here = slope(z, s)
    const ahead = z.map((value, k) => value + (next - s) * here[k])
    // At s = 0 the slope is not needed: the last step is Euler's.
    if (next === 0) z = ahead
    else {
      const there = slope(ahead, next)
      z = z.map((value, k) => value + ((next - s) * (here[k] + there[k])) / 2)
    }
  })
  return z
}
