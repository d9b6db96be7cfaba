/** A mean and its confidence interval. @experimental */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly n: number
}

/** Two-sided 95 % quantiles of Student's t for 1 … 30 degrees of freedom; beyond, the normal's. */
const student = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]

/** Mean with its 95 % interval, x̄ ± t s/√n; a single value has no interval (NaN bounds). @experimental */
export function meanInterval(values: readonly number[]): Interval {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  const half = (student[n - 2] ?? 1.96) * Math.sqrt(variance / n)
  return { mean, low: mean - half, high: mean + half, n }
}

/** The mean curve of several curves of one length, with its 95 % interval at each point. @experimental */
export const confidenceBand = (curves: readonly (readonly number[])[]): Interval[] =>
  (curves[0] ?? []).map((_, i) => meanInterval(curves.map((curve) => curve[i])))
