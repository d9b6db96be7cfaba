import { controlStrength } from './control'
import type { CallCost } from './evaluation-cost'
import { findingCalls, findingRows } from './find-mask'
import type { PreparedRun } from './prepared-run'
import { namedConditions, positionOf, type RunPlan } from './view'

/** What a run will cost, before it runs. */
export interface CostPlan {
  /** Scheduler steps that run, and network calls of the solver. */
  readonly steps: number
  /** Rows of each call of the solver, and conditions that need none there (of a linear guidance). */
  readonly calls: readonly CallCost[]
  /** Rows before the run's own, where there are any: of the inversion of its picture, and of finding its mask. */
  readonly before?: { readonly inversion: number; readonly find: number }
  /** Rows of ControlNets, where there are any: each costs about half of a denoiser's. They are no part of `min` and `max`. */
  readonly control?: { readonly min: number; readonly max: number }
  /** Rows of the whole run, those before it included. */
  readonly min: number
  readonly max: number
  readonly exact: boolean
  /** Conditions × calls that need no row; at least this many. */
  readonly elided: number
}

/** Rows of ControlNets: one for each of the denoiser's, where it acts. */
function controlRows(plan: RunPlan, costs: readonly CallCost[]): { readonly min: number; readonly max: number } {
  const { control = [] } = plan.recipe
  const acting = (call: number) => control.filter((one) => controlStrength(one, positionOf(plan, call)) !== 0).length
  const looks = findingRows(plan) > 0 ? findingCalls(plan.schedule) : []
  const finding = looks.reduce((sum, call) => sum + (findingRows(plan) / looks.length) * acting(call), 0)
  const sum = (of: 'min' | 'max') => costs.reduce((total, cost, call) => total + cost[of] * acting(call), finding)
  return { min: sum('min'), max: sum('max') }
}

/** The passes of a run that is planned: see `plan`. */
export function costOf({ plan, costs, inversion }: Pick<PreparedRun, 'plan' | 'costs' | 'inversion'>): CostPlan {
  const named = namedConditions(plan.prompts)
  const sum = (of: (cost: CallCost) => number, all = costs) => all.reduce((total, cost) => total + of(cost), 0)
  // What inverts is linear: its rows are exact.
  const before = { inversion: sum(({ max }) => max, inversion?.costs ?? []), find: findingRows(plan) }
  const [min, max] = [sum((cost) => cost.min), sum((cost) => cost.max)].map(
    (own) => own + before.inversion + before.find,
  )
  return {
    steps: new Set(costs.map(({ step }) => step)).size,
    calls: costs,
    ...(before.inversion + before.find > 0 ? { before } : {}),
    ...(plan.recipe.control ? { control: controlRows(plan, costs) } : {}),
    min,
    max,
    exact: min === max,
    elided: sum((cost) => Math.max(0, named - cost.max)),
  }
}
