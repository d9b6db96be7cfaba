import * as z from 'zod'
import { isOpen, type Position, type Window, windowSchema } from '../recipe/window'
import { windowExpected, windowPresetNames, windowPresets } from '../recipe/window-presets'
import { applyAfterStep, applyGuidance, boundsOf } from './apply'
import { rowsOfTerms } from './base'
import { definePlugin, type Guidance, type StepGuidance } from './guidance'
import type { StepView } from './step'
import type { Term } from './terms'
import { wrap } from './wrap'

/** What holds where a window is closed: no guidance at all (d_y), or classifier-free guidance without negatives. */
export type Outside = 'positive-only' | 'classifier-free'

/** The terms of what holds outside. */
function outsideTerms(outside: Outside, { positive, null: unconditional, scale }: StepView<string>): Term[] {
  if (outside === 'positive-only') return [[positive, 1]]
  return [
    [positive, scale],
    [unconditional, 1 - scale],
  ]
}

/** `inner` where `open`, and what `outside` says elsewhere. */
export function timed(
  inner: Guidance<string>,
  open: (at: Position) => boolean,
  outside: Outside,
): StepGuidance<string> {
  return {
    ...wrap(inner),
    space: 'any',
    bounds: (view) => {
      if (open(view.position)) return boundsOf(inner, view)
      const rows = rowsOfTerms(outsideTerms(outside, view))
      return [rows, rows]
    },
    guide: (step) => (open(step.position) ? applyGuidance(inner, step) : step.linear(outsideTerms(outside, step))),
    // With the view of the first evaluation: an inner guidance that did not act there has nothing to look back on.
    afterStep: (step, next) => (open(step.position) ? applyAfterStep(inner, step, next) : undefined),
  }
}

/**
 * A guidance that acts on a part of the run only: `of` where from ≤ position < to (see `Window`), elsewhere plain
 * classifier-free guidance, or d_y alone.
 *
 * A single negative has its own `window` in the recipe; this one is for a whole guidance.
 *
 * Passes: those of the guidance inside; outside 2, or 1 for `positive-only`.
 */
export const window = definePlugin({
  name: 'window',
  version: '1',
  summary: 'Another guidance on a part of the run only.',
  formula: 'inner where from ≤ position < to; outside d_∅ + s (d_y − d_∅), or d_y',
  source: 'Ban et al. 2024 (arXiv 2406.02965)',
  options: z.strictObject({
    window: z
      .union([z.enum(windowPresetNames), windowSchema], { error: windowExpected })
      .default('ban2024')
      .describe(`{from, to, of: schedule | timestep | sigma}, or one of ${windowPresetNames.join(', ')}`),
    outside: z
      .enum(['classifier-free', 'positive-only'])
      .default('classifier-free')
      .describe("outside: 'classifier-free' guidance without negatives, or no guidance at all ('positive-only')"),
  }),
  wraps: 1,
  create: ({ window, outside }, [inner]) => {
    const when: Window = typeof window === 'string' ? windowPresets[window] : window
    return timed(inner, (at) => isOpen(when, at), outside)
  },
})
