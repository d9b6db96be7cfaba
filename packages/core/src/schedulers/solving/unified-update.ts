import { lambdaOf } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { combine } from '../../tensor/arithmetic'
import type { Tensor } from '../../tensor/tensor'
import { solveLinear } from './linear-system'
import type { Sample } from './multistep-expansion'

/** What UniPC integrates, and its B(h). */
export interface UnifiedForm {
  /** The clean image (data prediction), else the noise. */
  readonly clean: boolean
  scale(h: number): number
}

/** A ramp that ends at the same σ twice has a step of no length; the weights divide by it. */
const noStep = 1e-9

/** UniP-p: x at `to` from x at the newest of `samples` (oldest first), by the last `order` of them. */
export function unifiedPredictor(
  form: UnifiedForm,
  x: Tensor,
  samples: readonly Sample[],
  to: Level,
  order: number,
): Tensor {
  if (Math.abs(lambdaOf(to) - lambdaOf(samples[samples.length - 1].level)) < noStep) return x
  const { points, system, right } = setUp(form, samples, to, order)
  const weights =
    order === 2
      ? [0.5]
      : solveLinear(
          system.slice(0, -1).map((row) => row.slice(0, -1)),
          right.slice(0, -1),
        )
  return update(form, x, samples[samples.length - 1], to, points, weights)
}

/** UniC-p: x at the level of `here`, anew from x at the newest of `samples`, now that the network was asked there. */
export function unifiedCorrector(
  form: UnifiedForm,
  x: Tensor,
  samples: readonly Sample[],
  here: Sample,
  order: number,
): Tensor {
  if (Math.abs(lambdaOf(here.level) - lambdaOf(samples[samples.length - 1].level)) < noStep) return x
  const { points, system, right } = setUp(form, samples, here.level, order)
  const weights = order === 1 ? [0.5] : solveLinear(system, right)
  return update(form, x, samples[samples.length - 1], here.level, [...points, { value: here.value, ratio: 1 }], weights)
}

interface Point {
  readonly value: Tensor
  /** r_k: its λ from the newest sample's, in units of the step. */
  readonly ratio: number
}

/** Earlier samples, and the system R_p ρ = b_p that makes the update exact to order p (eq. 8 and theorem 3.1). */
function setUp(form: UnifiedForm, samples: readonly Sample[], to: Level, order: number) {
  const newest = samples[samples.length - 1]
  const from = lambdaOf(newest.level)
  const h = lambdaOf(to) - from
  const points: Point[] = Array.from({ length: order - 1 }, (_, i) => {
    const { value, level } = samples[samples.length - 2 - i]
    return { value, ratio: (lambdaOf(level) - from) / h }
  })
  const signed = form.clean ? -h : h
  const ratios = [...points.map(({ ratio }) => ratio), 1]
  const system = Array.from({ length: order }, (_, power) => ratios.map((r) => r ** power))
  const right: number[] = []
  let phi = Math.expm1(signed) / signed - 1
  let factorial = 1
  for (let k = 1; k <= order; k++) {
    right.push((phi * factorial) / form.scale(signed))
    factorial *= k + 1
    phi = phi / signed - 1 / factorial
  }
  return { points, system, right }
}

/** The linear part exactly, plus B(h) Σ ρ_k (m_k − m_0)/r_k. */
function update(
  form: UnifiedForm,
  x: Tensor,
  { value: m0, level }: Sample,
  to: Level,
  points: readonly Point[],
  weights: readonly number[],
): Tensor {
  const h = lambdaOf(to) - lambdaOf(level)
  const signed = form.clean ? -h : h
  const kept = form.clean ? to.sigma / level.sigma : to.alpha / level.alpha
  const outer = form.clean ? to.alpha : to.sigma
  const first = -outer * Math.expm1(signed)
  const terms = points.map(
    ({ value, ratio }, k) => [value, (-outer * form.scale(signed) * weights[k]) / ratio] as const,
  )
  const back = terms.reduce((sum, [, weight]) => sum + weight, 0)
  return combine([[x, kept], [m0, first - back], ...terms])
}
