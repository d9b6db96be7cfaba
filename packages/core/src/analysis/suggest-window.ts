import type { Window } from '../recipe/window'
import type { PlacementPoint } from './placement'
import type { StrengthPoint } from './strength-curve'

/** A window for a negative, and what it is read from. @experimental */
export interface SuggestedWindow {
  readonly window: Window
  /** The call at which the negative's attention has found its place; undefined where it never does. */
  readonly opens: PlacementPoint | undefined
  /** The call at which r_t has made most of its way. */
  readonly closes: StrengthPoint
}

/** How much of its way, from the start to the value farthest from it, r_t has made when the negative has done its work. */
const most = 0.9
/** How long after that the window stays open, as a share of the run: 5 steps of 30, as in the article's windows. */
const margin = 1 / 6
/** What rounding leaves of a whole step. */
const rounding = 2 ** -30

/**
 * A window for a negative from one run with the negative always on. It opens at the step where the negative's attention
 * first is at its place: before, there is nothing for it to remove. It closes a sixth of the run after r_t has made nine
 * tenths of its way to the value farthest from its start: from then on attention hardly changes.
 *
 * A reading of Ban et al. 2024 (critical steps; windows that reach past them), not a formula of theirs: what it is worth
 * for a prompt is seen by drawing with it.
 *
 * @param curve r_t, at least one point
 * @param opens where attention found its place (`firstPlaced`)
 * @param steps of the full schedule
 * @experimental
 */
export function suggestWindow(
  curve: readonly StrengthPoint[],
  opens: PlacementPoint | undefined,
  steps: number,
): SuggestedWindow {
  const way = ({ ratio }: StrengthPoint) => Math.abs(ratio - curve[0].ratio)
  const farthest = Math.max(...curve.map(way))
  const closes = curve.find((point) => way(point) >= most * farthest) ?? curve[0]
  const first = Math.min(opens?.step ?? 0, steps - 1)
  const last = Math.ceil(closes.step + 1 + margin * steps - rounding)
  const to = Math.min(steps, Math.max(first + 1, last))
  return { window: { from: first / steps, to: to / steps, of: 'schedule' }, opens, closes }
}
