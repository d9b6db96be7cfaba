import { type Tensor, tensor } from '@neg/core'
import type { Level, Schedule, Scheduler } from '@neg/core/schedulers'

/** Data x0 ~ N(mean, deviation²) in every value: E[x0 | x], and so every prediction, is known in closed form. */
export interface GaussianData {
  readonly mean: number
  readonly deviation: number
}

/** E[x0 | x] = (m σ² + s² α x)/(s² α² + σ²). */
export function gaussianClean({ mean: m, deviation: s }: GaussianData, x: Tensor, { alpha, sigma }: Level): Tensor {
  const total = (s * alpha) ** 2 + sigma ** 2
  const [offset, slope] = total === 0 ? [m, 0] : [(m * sigma ** 2) / total, (s ** 2 * alpha) / total]
  return tensor(
    x.data.map((value) => offset + slope * value),
    x.shape,
  )
}

/** How many noises one run may draw. */
const mostDraws = 1024

/**
 * How far a solver's x is from N(α m, α² s² + σ²) in distribution, having started in it: the larger of the mean's and the
 * deviation's error, in units of the larger of the two. Nothing is sampled: for Gaussian data
 * a solver is affine in its start and its noises, so one run with a column for each of them gives its distribution.
 * Measured at the end of the run, or where that has no noise at its last call.
 */
export function gaussianError(scheduler: Scheduler, schedule: Schedule, data: GaussianData): number {
  const shape = [1, 1, mostDraws]
  const first = schedule.calls[0].level
  const own = ownScale(scheduler, schedule)
  const deviationAt = ({ alpha, sigma }: Level): number => Math.hypot(alpha * data.deviation, sigma)

  const start = new Float32Array(mostDraws).fill(own * first.alpha * data.mean)
  start[1] += own * deviationAt(first)
  let column = 2
  const normal = (): Tensor => {
    const values = new Float32Array(mostDraws)
    values[column++] = 1
    return tensor(values, shape)
  }

  const solver = scheduler.solve(tensor(start, shape), schedule, normal)
  let turn = solver.next()
  let asked = { x: tensor(start, shape), level: first }
  while (!turn.done) {
    const { x, call } = turn.value
    const { level } = schedule.calls[call]
    asked = { x, level }
    const value = gaussianClean(data, x, level)
    turn = solver.next({ x, guided: { space: 'x0', value, x, level } })
  }
  const end = schedule.levels[schedule.steps]
  // what a solver returns is in its own scaling, with α = 1 for those that start so
  const ended = { x: turn.value.data.map((value) => (own === 1 ? value : value * end.alpha)), level: end }
  const { x, level } = end.sigma > 0 || data.deviation === 0 ? ended : { x: asked.x.data, level: asked.level }
  const [mean, ...effects] = x.subarray(0, column)
  const spread = Math.sqrt(effects.reduce((sum, effect) => sum + (effect - mean) ** 2, 0))
  const unit = Math.max(deviationAt(level), Math.abs(level.alpha * data.mean))
  return Math.max(Math.abs(mean - level.alpha * data.mean), Math.abs(spread - deviationAt(level))) / unit
}

/** A solver's scaling over the model's: what a start of pure noise at the first level is multiplied by. */
export function ownScale(scheduler: Scheduler, schedule: Schedule): number {
  const one = tensor(new Float32Array([1]), [1, 1, 1])
  const none = tensor(new Float32Array([0]), [1, 1, 1])
  const scale = scheduler.start(one, schedule, none).data[0] / schedule.calls[0].level.sigma
  return Math.abs(scale - 1) < 1e-6 ? 1 : scale
}

/** The order that errors at step counts, each twice the one before, show at their end. */
export const observedOrder = (errors: readonly number[]): number =>
  Math.log2(errors[errors.length - 2] / errors[errors.length - 1])

/**
 * βs of a training schedule whose ln(σ/α) goes evenly from ln 0.03 to ln 15, Stable Diffusion's ends: evenly spread
 * timesteps are then even for every solver, whatever it integrates in, and its order shows at few steps.
 */
export function evenBetas(count: number): number[] {
  const [low, high] = [Math.log(0.03), Math.log(15)]
  const alphaBars = Array.from(
    { length: count },
    (_, i) => 1 / (1 + Math.exp(2 * (low + ((high - low) * i) / (count - 1)))),
  )
  return alphaBars.map((a, i) => 1 - (i === 0 ? a : a / alphaBars[i - 1]))
}
