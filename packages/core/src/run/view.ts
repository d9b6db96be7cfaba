import type { Condition } from '../guidance/condition'
import type { StepView } from '../guidance/step'
import type { Conditioning } from '../model/conditioning'
import type { Level } from '../prediction/prediction'
import type { Recipe } from '../recipe/recipe'
import { scalarAt } from '../recipe/scalar'
import { isOpen, type Position } from '../recipe/window'
import type { Schedule, Scheduler } from '../schedulers/scheduler'
import { promptKey, type TimedPrompt, type TimedPrompts } from './prompts'

/** All that is fixed before the first network call. */
export interface RunPlan {
  readonly recipe: Recipe
  readonly scheduler: Scheduler
  readonly schedule: Schedule
  readonly prompts: TimedPrompts
  /** s⁺ comes from the network's guidance input, so the guidance sees scale 1. */
  readonly distilled: boolean
  /** Each negative has by default the strength that it would have alone. */
  readonly separate: boolean
}

/** s⁺ as the guidance sees it. */
const guidanceScale = ({ recipe, distilled }: RunPlan, progress: number): number =>
  distilled && recipe.distilledScale === undefined ? 1 : scalarAt(recipe.scale, progress)

/** What a distilled network is told. */
export function guidanceInputAt({ recipe, distilled }: RunPlan, progress: number): number | undefined {
  if (!distilled) return undefined
  return recipe.distilledScale ?? scalarAt(recipe.scale, progress)
}

/** Where a network call stands, in the units of windows. */
export function positionOf({ schedule, scheduler }: RunPlan, call: number): Position {
  const { step, evaluation, level } = schedule.calls[call]
  const first = schedule.calls[call - evaluation]?.step === step ? schedule.calls[call - evaluation].level : level
  const trained = Number(scheduler.config.num_train_timesteps ?? 1000)
  const { kind } = scheduler.parameterisation
  return {
    step,
    steps: schedule.steps,
    // EDM networks are told ln σ / 4, no place in a training schedule: the step's share stands in.
    timestepProgress: kind === 'edm' ? step / schedule.steps : 1 - first.t / trained,
    sigma: kind === 'flow' ? level.sigma : level.sigma / level.alpha,
  }
}

/** The view of one network call; `conditionings` by prompt key. */
export function viewOf(
  plan: RunPlan,
  call: number,
  conditionings: ReadonlyMap<string, Conditioning>,
  next?: Level,
): StepView<string> {
  const { schedule, prompts } = plan
  const { step, evaluation, level } = schedule.calls[call]
  const progress = step / schedule.steps
  const scale = guidanceScale(plan, progress)
  const position = positionOf(plan, call)
  const share = (scale - 1) / (plan.separate ? 1 : prompts.negatives.length)

  const condition = (prompt: TimedPrompt): Condition => {
    const { role, index, spec } = prompt
    const conditioning = conditionings.get(promptKey(prompt.at(step))) as Conditioning
    if (!spec) return { role, index, conditioning, weight: 1, open: true }
    const open = isOpen(spec.window, position)
    const own = spec.scale === undefined ? (role === 'negative' ? share : 1) : scalarAt(spec.scale, progress)
    return { role, index, conditioning, weight: open ? own : own * spec.outside, open }
  }

  return {
    step,
    steps: schedule.steps,
    progress,
    position,
    evaluation,
    call,
    level,
    next: next ?? schedule.levels[step + 1],
    scale,
    positive: condition(prompts.positive),
    null: condition(prompts.null),
    negatives: prompts.negatives.map(condition),
    roles: Object.fromEntries(Object.entries(prompts.roles).map(([role, list]) => [role, list.map(condition)])),
  }
}

/** Distinct conditions that a run's prompts name: what each call would run if nothing were elided. */
export function namedConditions({ positive, null: unconditional, negatives, roles }: TimedPrompts): number {
  const all = [positive, unconditional, ...negatives, ...Object.values(roles).flat()]
  return new Set(all.map(({ role, index }) => `${role}/${index}`)).size
}
