import { boundsOf } from '../guidance/apply'
import type { Guidance } from '../guidance/guidance'
import { standIns } from './stand-ins'
import { namedConditions, type RunPlan, viewOf } from './view'

/** What a run will cost, before it runs. */
export interface CostPlan {
  /** Scheduler steps that run, and network calls of the solver. */
  readonly steps: number
  /** Rows of each call of the solver, and conditions that need none there (of a linear guidance). */
  readonly calls: readonly {
    readonly step: number
    readonly evaluation: number
    readonly min: number
    readonly max: number
  }[]
  /** Rows of the whole run. */
  readonly min: number
  readonly max: number
  readonly exact: boolean
  /** Conditions × calls that need no row; at least this many. */
  readonly elided: number
}

/** The passes of a run that is planned: see `plan`. */
export function costOf(plan: RunPlan, guidance: Guidance<string>): CostPlan {
  const stand = standIns(plan)
  const named = namedConditions(plan.prompts)
  const rows = plan.schedule.calls.map(({ step, evaluation }, call) => {
    const view = viewOf(plan, call, stand)
    const [min, max] = boundsOf(guidance, view)
    return { step, evaluation, min, max }
  })
  const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0)
  const [min, max] = [sum((row) => row.min), sum((row) => row.max)]
  return {
    steps: new Set(rows.map(({ step }) => step)).size,
    calls: rows.map(({ step, evaluation, min, max }) => ({ step, evaluation, min, max })),
    min,
    max,
    exact: min === max,
    elided: sum((row) => Math.max(0, named - row.max)),
  }
}
