import { confidenceBand, type Interval } from '@neg/core/analysis'
import type { Series } from '@neg/core/internal'
import { rounded } from './experiment'

/** Values by what they belong to. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The mean of several curves of one length. */
export const meanCurve = (curves: readonly (readonly number[])[]): number[] =>
  (curves[0] ?? []).map((_, i) => meanOf(curves.map((curve) => curve[i])))

/** An interval as JSON has it: without numbers that JSON lacks. */
export const intervalData = ({ mean, low, high, n }: Interval) => ({
  mean: rounded([mean])[0],
  ...(Number.isFinite(low) ? { low: rounded([low])[0], high: rounded([high])[0] } : {}),
  n,
})

/** `0.42 [0.31, 0.53]` */
export const intervalText = ({ mean, low, high }: Interval, digits = 2): string =>
  Number.isFinite(low)
    ? `${mean.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`
    : mean.toFixed(digits)

/** `85 %`; a dash for what nothing was measured of. */
export const percent = (value: number): string => (Number.isFinite(value) ? `${Math.round(100 * value)} %` : '–')

/** Curves as one curve in its band, over places from 0 to 1 or whatever `x` says. */
export function bandSeries(
  name: string,
  curves: readonly (readonly number[])[],
  x: (index: number, length: number) => number,
): Series {
  const band = confidenceBand(curves)
  return {
    name,
    points: band.map(({ mean }, i) => [x(i, band.length), mean] as const),
    band: band.map(({ mean, low, high }) => (Number.isFinite(low) ? ([low, high] as const) : ([mean, mean] as const))),
  }
}
