import { lambdaOf } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { combine } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'
import { lagrangeCoefficients } from './lagrange'
import type { Sample } from './multistep-expansion'

/** A second-order weight of one sample, taken from the other: SA-Solver's code, not its paper, for data prediction. */
export type SecondOrderShift = (h: number, tau: number, to: number, between: number) => number

/**
 * x at `to` from x at `from`: the polynomial in λ through `samples` (newest first) integrated exactly against the SDE of
 * strength τ, plus its noise (SA-Solver, eqs. 14 and 17).
 */
export function adamsUpdate(
  clean: boolean,
  tau: number,
  x: Tensor,
  from: Level,
  to: Level,
  samples: readonly Sample[],
  noise: Tensor,
  shift: SecondOrderShift,
): Tensor {
  const [a, b] = [lambdaOf(from), lambdaOf(to)]
  const h = b - a
  const nodes = samples.map(({ level }) => lambdaOf(level))
  const weights = nodes.map((_, i) =>
    lagrangeCoefficients(nodes, i).reduce((sum, c, j) => {
      const power = nodes.length - 1 - j
      return sum + c * (clean ? growing(power, a, b, tau) : decaying(power, a, b))
    }, 0),
  )
  if (clean && samples.length === 2) {
    const moved = shift(h, tau, b, nodes[0] - nodes[1])
    weights[0] += moved
    weights[1] -= moved
  }
  const strength = 1 + tau ** 2
  const outer = clean ? strength * to.sigma * Math.exp(-(tau ** 2) * b) : -strength * to.alpha
  const kept = clean ? Math.exp(-(tau ** 2) * h) * (to.sigma / from.sigma) : to.alpha / from.alpha
  const fresh = clean
    ? to.sigma * Math.sqrt(-Math.expm1(-2 * tau ** 2 * h))
    : tau * to.sigma * Math.sqrt(Math.expm1(2 * h))
  return combine([[x, kept], [noise, fresh], ...samples.map(({ value }, i) => [value, outer * weights[i]] as const)])
}

const inner = (h: number, k: number): number => (h * k - 1 + Math.exp(-k * h)) / k ** 2

/** The predictor's shift, between its two samples. */
export const secondOrderBashforth: SecondOrderShift = (h, tau, to, between) => {
  const k = 1 + tau ** 2
  return (Math.exp(k * to) * (h ** 2 / 2 - inner(h, k))) / between
}

/** The corrector's shift. */
export const secondOrderMoulton: SecondOrderShift = (h, tau, to) => {
  const k = 1 + tau ** 2
  return Math.exp(k * to) * (h / 2 - inner(h, k) / h)
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))

/** Σ_m (−1)^(n−m) n!/m! u^m, the polynomial of ∫ u^n e^u du = e^u (…). */
const polynomial = (n: number, u: number, sign: 1 | -1): number =>
  Array.from({ length: n + 1 }, (_, m) => (sign ** (n - m) * factorial(n) * u ** m) / factorial(m)).reduce(
    (s, v) => s + v,
  )

/** ∫ from a to b of λ^n e^(kλ) dλ with k = 1 + τ². */
function growing(n: number, a: number, b: number, tau: number): number {
  const k = 1 + tau ** 2
  const [u, v] = [k * a, k * b]
  return (Math.exp(v) * (polynomial(n, v, -1) - polynomial(n, u, -1) * Math.exp(u - v))) / k ** (n + 1)
}

/** ∫ from a to b of λ^n e^(−λ) dλ. */
const decaying = (n: number, a: number, b: number): number =>
  Math.exp(-b) * (polynomial(n, a, 1) * Math.exp(b - a) - polynomial(n, b, 1))
