import type { CallCost } from './evaluation-cost'
import { namedConditions, type RunPlan } from './view'

/** What a run will cost, before it runs. */
export interface CostPlan {
  /** Scheduler steps that run, and network calls of the solver. */
  readonly steps: number
  /** Rows of each call of the solver, and conditions that need none there (of a linear guidance). */
  readonly calls: readonly CallCost[]
  /** Rows of the whole run. */
  readonly min: number
  readonly max: number
  readonly exact: boolean
  /** Conditions × calls that need no row; at least this many. */
  readonly elided: number
}

/** The passes of a run that is planned: see `plan`. */
export function costOf(plan: RunPlan, costs: readonly CallCost[]): CostPlan {
  const named = namedConditions(plan.prompts)
  const sum = (of: (cost: CallCost) => number) => costs.reduce((total, cost) => total + of(cost), 0)
  const [min, max] = [sum((cost) => cost.min), sum((cost) => cost.max)]
  return {
    steps: new Set(costs.map(({ step }) => step)).size,
    calls: costs,
    min,
    max,
    exact: min === max,
    elided: sum((cost) => Math.max(0, named - cost.max)),
  }
}
