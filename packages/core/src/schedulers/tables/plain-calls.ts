import type { Level } from '../../prediction/prediction'
import type { Schedule } from '../scheduler'

/** One call a step, from `first` on. */
export const plainCalls = (levels: readonly Level[], first: number): Schedule['calls'] =>
  levels.slice(first, -1).map((level, i) => ({ step: first + i, evaluation: 0, level }))

/**
 * Two calls a step, the second at `second[step]`; the last step has one: it ends at no noise, where nothing is left to
 * correct.
 */
export const pairedCalls = (levels: readonly Level[], second: readonly Level[], first: number): Schedule['calls'] =>
  levels.slice(first, -1).flatMap((level, i) => {
    const step = first + i
    const call = { step, evaluation: 0, level }
    return step === levels.length - 2 ? [call] : [call, { step, evaluation: 1, level: second[step] }]
  })
