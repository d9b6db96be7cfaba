import type { Guidance } from '../guidance/guidance'
import { effectiveTerms } from '../guidance/terms'
import { placeholderConditionings } from './placeholder-conditionings'
import { type RunPlan, viewOf } from './view'

/**
 * Keys of the prompts that a run has to encode. A linear guidance tells beforehand which conditions it never evaluates: the
 * null prompt of an ordinary negative prompt, above all.
 */
export function neededPrompts(plan: RunPlan, guidance: Guidance<string>): ReadonlySet<string> {
  const conditionings = placeholderConditionings(plan)
  if (!('coefficients' in guidance)) return new Set(conditionings.keys())
  const views = plan.schedule.calls.map((_, call) => viewOf(plan, call, conditionings))
  return new Set(
    views.flatMap((view) =>
      effectiveTerms(guidance.coefficients(view)).map(([condition]) => condition.conditioning.id),
    ),
  )
}
