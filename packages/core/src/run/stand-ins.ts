import type { Guidance } from '../guidance/guidance'
import { effectiveTerms } from '../guidance/terms'
import type { Conditioning } from '../model/conditioning'
import { distinctInputs } from './prompts'
import { type RunPlan, viewOf } from './view'

/** Conditionings that stand in for encoded ones, by prompt key: equal prompts have equal ids, as with a model. */
export function standIns({ prompts }: RunPlan): Map<string, Conditioning> {
  return new Map(
    [...distinctInputs(prompts)].map(([id, prompt]) => [
      id,
      { id, prompt, words: [], length: 0, warnings: [], release: () => {} },
    ]),
  )
}

/**
 * Keys of the prompts that a run has to encode. A linear guidance tells beforehand which conditions it never evaluates: the
 * null prompt of an ordinary negative prompt, above all.
 */
export function neededPrompts(plan: RunPlan, guidance: Guidance<string>): ReadonlySet<string> {
  const stand = standIns(plan)
  if (!('coefficients' in guidance)) return new Set(stand.keys())
  const views = plan.schedule.calls.map((_, call) => viewOf(plan, call, stand))
  return new Set(
    views.flatMap((view) =>
      effectiveTerms(guidance.coefficients(view)).map(([condition]) => condition.conditioning.id),
    ),
  )
}
