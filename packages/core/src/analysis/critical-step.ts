import type { StrengthPoint } from './strength-curve'

/** A place in a run: the point, and step / steps of the full schedule. @experimental */
export interface CriticalStep {
  readonly point: StrengthPoint
  readonly progress: number
}

const place = (point: StrengthPoint | undefined, steps: number): CriticalStep | undefined =>
  point && { point, progress: point.step / steps }

/**
 * Where a noun's r_t peaks: from there on, what the negative names is being removed. Undefined for an empty curve.
 * The article has it at about 0.3 of the run (Ban et al. 2024, figure 4).
 *
 * @experimental
 */
export const peakOf = (curve: readonly StrengthPoint[], steps: number): CriticalStep | undefined =>
  place(
    curve.reduce<StrengthPoint | undefined>(
      (best, point) => (best && best.ratio >= point.ratio ? best : point),
      undefined,
    ),
    steps,
  )

/**
 * Where an adjective's r_t first reaches `level`; undefined where it never does. The article has it cross 1 at about 0.23
 * of the run (Ban et al. 2024, figure 5).
 *
 * @experimental
 */
export const crossingOf = (curve: readonly StrengthPoint[], steps: number, level = 1): CriticalStep | undefined =>
  place(
    curve.find(({ ratio }) => ratio >= level),
    steps,
  )
