import type { Json } from '../json/json'
import type { Level, Prediction, Space } from '../prediction/prediction'
import type { Position } from '../recipe/window'
import type { Tensor } from '../tensor/tensor'
import type { Condition, Pass } from './condition'

/** Everything known before a network runs; coefficients and `plan` need no more. */
export interface StepView<R extends string = never> {
  /** Scheduler step in the FULL schedule, and that schedule's length. */
  readonly step: number
  readonly steps: number
  /** step / steps. */
  readonly progress: number
  /** The same in every unit of windows: what `isOpen` takes. */
  readonly position: Position
  /** Network call within the step (Heun: 0, 1; PLMS warm-up: 0, 1), and over the run. */
  readonly evaluation: number
  readonly call: number
  readonly level: Level
  readonly next: Level
  /** s⁺ at this step. */
  readonly scale: number
  readonly positive: Condition
  readonly null: Condition
  readonly negatives: readonly Condition[]
  /** What the guidance declared beyond these. */
  readonly roles: Readonly<Record<R, readonly Condition[]>>
}

/** One evaluation of one picture. */
export interface GuidanceStep<R extends string = never> extends StepView<R> {
  /** x_t in the model's parameterisation. */
  readonly x: Tensor
  readonly signal: AbortSignal
  /**
   * Predictions in the guidance's space, in one batch with whoever else waits; never the same pass twice.
   */
  predict<const P extends readonly (Condition | Pass)[]>(...passes: P): Promise<{ [K in keyof P]: Prediction }>
  /** Σ coefficient × prediction; a coefficient that is zero up to rounding runs nothing. */
  linear(terms: readonly (readonly [Condition, number])[]): Promise<Prediction>
  /**
   * Reads give what the previous STEP left; only the first evaluation's (or afterStep's) write is kept, so that a
   * second-order solver never feeds a momentum twice.
   */
  memory<T>(key: string, initial: () => T): { value: T }
  /**
   * The same step for the inner guidance of a wrapper: with a memory of its own, and predictions in its space
   * (default: this step's). `applyGuidance` does both.
   */
  scope(name: string, space?: Space | 'any'): GuidanceStep<R>
  /** ∇_x log p of a `gradient:NAME` that the guidance requires. */
  gradient(name: string, target: Json): Promise<Tensor>
  /** Standard normal noise from a stream of the guidance's own, never the scheduler's. */
  noise(key: string): Tensor
  /** p(x_next | x) if `p` were the prediction; only where the scheduler provides it. */
  transition?(p: Prediction): { readonly mean: Tensor; readonly variance: number }
}
