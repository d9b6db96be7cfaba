import type { Requirement } from '../model/requirement'
import type { GuidanceSpec } from '../recipe/recipe'
import { boundsOf } from './apply'
import type { Condition } from './condition'
import type { Bounds, Guidance, GuidancePlugin } from './guidance'
import { resolveGuidance } from './resolve'
import type { StepView } from './step'

/** What a guidance is like with given options: what lists show of it. */
export interface GuidanceDescription {
  readonly space: Guidance<string>['space']
  readonly negatives: boolean
  readonly requires: readonly Requirement[]
  readonly roles: readonly string[]
  /** Passes of one evaluation in the middle of a run at scale 5, one condition in each role. */
  readonly passes: { readonly plain: Bounds; readonly withNegative?: Bounds }
}

/**
 * Describes a guidance as its own bounds have it, wrappers around `general`.
 * @returns undefined where it cannot be built: options without a default, and no example of them.
 */
export function describeGuidance<O, R extends string>(
  plugin: GuidancePlugin<O, R>,
  options: GuidanceSpec['options'] = plugin.example ?? {},
): GuidanceDescription | undefined {
  let guidance: Guidance<string>
  try {
    guidance = resolveGuidance({ name: plugin.name, options }, [
      plugin as unknown as GuidancePlugin<unknown, string>,
    ]).guidance
  } catch {
    return undefined
  }
  const { space, negatives, requires = [], roles = [] } = guidance
  return {
    space,
    negatives,
    requires,
    roles,
    passes: {
      plain: boundsOf(guidance, sampleView(roles, false)),
      ...(negatives ? { withNegative: boundsOf(guidance, sampleView(roles, true)) } : {}),
    },
  }
}

/** A step in the middle of a run. */
function sampleView(roles: readonly string[], negative: boolean): StepView<string> {
  const condition = (role: string, weight: number): Condition => ({
    role,
    index: 0,
    conditioning: { id: role, prompt: { text: role }, words: [], length: 0, warnings: [], release: () => {} },
    weight,
    open: true,
  })
  const level = { t: 500, alpha: 0.8, sigma: 0.6 }
  return {
    step: 5,
    steps: 10,
    progress: 0.5,
    position: { step: 5, steps: 10, timestepProgress: 0.5, sigma: 0.75 },
    evaluation: 0,
    call: 5,
    level,
    next: level,
    scale: 5,
    positive: condition('positive', 1),
    null: condition('null', 1),
    negatives: negative ? [condition('negative', 4)] : [],
    roles: Object.fromEntries(roles.map((role) => [role, [condition(role, 1)]])),
  }
}
