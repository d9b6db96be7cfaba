import type { GuidanceStep, StepView } from './step'

/** What a wrapper may change of a step for the guidance that it wraps. */
export type ViewChange<R extends string> = Partial<Pick<StepView<R>, 'scale' | 'negatives' | 'roles' | 'positive'>>

/** The same step, and every scope opened from it, with a changed view. */
export function withView<R extends string>(
  step: GuidanceStep<R>,
  change: (view: StepView<R>) => ViewChange<R>,
): GuidanceStep<R> {
  return {
    ...step,
    ...change(step),
    scope: (name, space) => withView(step.scope(name, space), change),
  }
}
