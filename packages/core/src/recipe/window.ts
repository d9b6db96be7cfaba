import * as z from 'zod'
import { curveSchema, scalarAt } from './scalar'

export const windowSchema = z
  .strictObject({
    from: z.number().min(0),
    to: z.number().min(0),
    of: z.enum(['schedule', 'timestep', 'sigma']).default('schedule'),
  })
  .superRefine(({ from, to, of }, context) => {
    if (from >= to)
      context.addIssue({ code: 'custom', path: ['to'], message: `must be above from (${from}); got ${to}` })
    if (of !== 'sigma' && to > 1) {
      context.addIssue({ code: 'custom', path: ['to'], message: `is a fraction of the run, at most 1; got ${to}` })
    }
  })

/**
 * When something acts: open where from ≤ position < to.
 *
 * Position by `of`: `schedule` (default) step / steps of the FULL schedule, also in image to image; `timestep` 1 − t/T,
 * T the training timesteps; `sigma` σ/α of each evaluation (σ of flow models). All evaluations of one step share it, but for `sigma`.
 */
export type Window = z.infer<typeof windowSchema>

/**
 * A window of any shape: 1 where it is open, 0 where not, over progress (step / steps); between points the earlier holds. A
 * function of progress is kept as one.
 */
export const windowCurveSchema = curveSchema.refine(
  ({ curve, points }) => curve === 'step' && points.every(([, value]) => value === 0 || value === 1),
  { message: 'a window’s curve is a step curve of 0 (closed) and 1 (open)', path: ['points'] },
)

export type WindowCurve = z.infer<typeof windowCurveSchema>

/** Where an evaluation stands. */
export interface Position {
  readonly step: number
  readonly steps: number
  /** 1 − t/T of the step's first evaluation. */
  readonly timestepProgress: number
  /** σ/α of this evaluation; σ of flow models. */
  readonly sigma: number
}

/** Whether a window is open at a position; no window is always open. */
export function isOpen(window: Window | WindowCurve | undefined, at: Position): boolean {
  if (!window) return true
  if ('curve' in window) return scalarAt(window, at.step / at.steps) === 1
  if (window.of === 'schedule') {
    // The first step at or after an edge; 2⁻³⁰ absorbs rounding, so that 4/30 is step 4 of 30 whatever 4/30·30 rounds to.
    const edge = (fraction: number) => Math.ceil(fraction * at.steps - 2 ** -30)
    return edge(window.from) <= at.step && at.step < edge(window.to)
  }
  const position = window.of === 'timestep' ? at.timestepProgress : at.sigma
  return window.from <= position && position < window.to
}
