import * as z from 'zod'
import type { DeepReadonly } from '../json/deep-readonly'
import { type Window, windowCurveSchema, windowSchema } from './window'

const of = 'schedule'

/**
 * When negatives act in Ban et al. 2024 (arXiv 2406.02965), as fractions of the run; the study's 31 calls of PLMS at 30
 * steps count the first step twice, so its calls 5..15 are steps 4..14.
 *
 * - `ban2024`, `ban2024-noun`: [4/30, 15/30), the window of all its removal tables. A noun's strength r_t peaks at about 0.3
 *   of the run and falls once the object is gone; an end later than half changes the picture and removes no better.
 * - `ban2024-adjective`: [9/30, 1): an adjective's r_t passes 1 at about 0.23 of the run, and it stays there, so the window
 *   opens at the study's call 10 and does not close.
 */
export const windowPresets = {
  ban2024: { from: 4 / 30, to: 15 / 30, of },
  'ban2024-noun': { from: 4 / 30, to: 15 / 30, of },
  'ban2024-adjective': { from: 9 / 30, to: 1, of },
} as const satisfies Record<string, Window>

export type WindowPreset = keyof typeof windowPresets

/** The names of `windowPresets`. */
export const windowPresetNames = Object.keys(windowPresets) as [WindowPreset, ...WindowPreset[]]

/** What is said of a window that is neither. */
export const windowExpected = `must be {from, to, of} or a preset: ${windowPresetNames.join(', ')}`

/** A window as recipes have it: `{from, to, of}`, a preset's name, which becomes that window, or a curve of 0 and 1. */
export const namedWindowSchema = z.union(
  [z.enum(windowPresetNames).transform((name): Window => windowPresets[name]), windowSchema, windowCurveSchema],
  { error: windowExpected },
)

/** A window as a recipe's author writes it. */
export type WindowInput =
  | WindowPreset
  | DeepReadonly<z.input<typeof windowSchema>>
  | DeepReadonly<z.input<typeof windowCurveSchema>>
