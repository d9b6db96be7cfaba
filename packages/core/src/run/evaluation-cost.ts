import { NegError } from '../errors/neg-error'
import { boundsOf } from '../guidance/apply'
import type { Bounds, Guidance } from '../guidance/guidance'
import type { StepView } from '../guidance/step'
import { atStep } from './guidance-place'
import { placeholderConditionings } from './placeholder-conditionings'
import { guidanceInputAt, type RunPlan, viewOf } from './view'

/** The fewest and the most rows of one call of the solver. */
export interface CallCost {
  readonly step: number
  readonly evaluation: number
  readonly min: number
  readonly max: number
}

/**
 * What each call of a run costs: exact for linear guidance, the guidance's bounds for the rest. Asks the guidance for every
 * call, so that numbers which are none are found before a network is loaded.
 * @throws `guidance-not-finite`, `guidance-bounds`
 */
export function evaluationCosts(plan: RunPlan, guidance: Guidance<string>): CallCost[] {
  const conditionings = placeholderConditionings(plan)
  return plan.schedule.calls.map(({ step, evaluation }, call) => {
    const view = viewOf(plan, call, conditionings)
    checkNumbers(plan, view)
    const [min, max] = rows(plan, guidance, view)
    return { step, evaluation, min, max }
  })
}

function rows(plan: RunPlan, guidance: Guidance<string>, view: StepView<string>): Bounds {
  const { name } = plan.recipe.guidance
  let bounds: Bounds
  try {
    bounds = boundsOf(guidance, view)
  } catch (error) {
    throw atStep(error, name, view.step)
  }
  const [min, max] = bounds
  if (Number.isSafeInteger(min) && Number.isSafeInteger(max) && min >= 0 && min <= max) return bounds
  throw new NegError(
    'guidance-bounds',
    `The bounds of guidance '${name}' at step ${view.step} are [${min}, ${max}]: expected two whole numbers, 0 ≤ fewest ≤ most rows.`,
    { where: `step ${view.step}` },
  )
}

/** Strengths are products and curves of what the recipe has: each is finite, and they need not be. */
function checkNumbers(plan: RunPlan, view: StepView<string>): void {
  const strengths = [...view.negatives, ...Object.values(view.roles).flat()].map(
    ({ role, index, weight }) => [`the strength of ${role} ${index + 1}`, weight] as const,
  )
  const numbers = [
    ['the scale', view.scale],
    ["the network's guidance input", guidanceInputAt(plan, view.progress) ?? 0],
    ...strengths,
  ] as const
  for (const [name, value] of numbers) {
    if (Number.isFinite(value)) continue
    throw new NegError(
      'guidance-not-finite',
      `Guidance '${plan.recipe.guidance.name}' at step ${view.step}: ${name} is ${value}, expected a finite number. Give smaller numbers.`,
      { where: `step ${view.step}` },
    )
  }
}
