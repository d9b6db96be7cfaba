import type { CallCost } from './evaluation-cost'
import { findingRows } from './find-mask'
import type { PreparedRun } from './prepared-run'
import { namedConditions } from './view'

/** What a run will cost, before it runs. */
export interface CostPlan {
  /** Scheduler steps that run, and network calls of the solver. */
  readonly steps: number
  /** Rows of each call of the solver, and conditions that need none there (of a linear guidance). */
  readonly calls: readonly CallCost[]
  /** Rows before the run's own, where there are any: of the inversion of its picture, and of finding its mask. */
  readonly before?: { readonly inversion: number; readonly find: number }
  /** Rows of the whole run, those before it included. */
  readonly min: number
  readonly max: number
  readonly exact: boolean
  /** Conditions × calls that need no row; at least this many. */
  readonly elided: number
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
    min,
    max,
    exact: min === max,
    elided: sum((cost) => Math.max(0, named - cost.max)),
  }
}
