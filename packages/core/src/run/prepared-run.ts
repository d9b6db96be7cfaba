import type { ResolvedGuidance } from '../guidance/resolve'
import type { CallCost } from './evaluation-cost'
import type { RunWarning } from './event'
import type { InversionPlan } from './inversion-plan'
import type { RunPlan } from './view'

/** A run that was checked against its model, and has everything but its encodings. */
export interface PreparedRun {
  readonly plan: RunPlan
  readonly resolved: ResolvedGuidance
  /** [C, h, w] or [C, frames, h, w] */
  readonly latentShape: number[]
  /** What filling in the recipe has to say. */
  readonly warnings: readonly RunWarning[]
  /** What each call of the solver costs. */
  readonly costs: readonly CallCost[]
  /** How the picture that is begun from is inverted before. */
  readonly inversion?: InversionPlan
}
