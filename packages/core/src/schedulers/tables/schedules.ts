import type { Level } from '../../prediction/prediction'
import { firstStep } from '../schedule-request'
import type { Schedule } from '../scheduler'

/**
 * One call a step.
 * @param levels Of the full schedule, the end included.
 * @throws `schedule-invalid` for a strength that runs no step
 */
export function singleSchedule(
  levels: readonly Level[],
  strength: number | undefined,
  sigmas?: readonly number[],
): Schedule {
  return scheduleOf(levels, strength, (level, step) => [{ step, evaluation: 0, level }], sigmas)
}

/**
 * Two calls a step, the second at `second[step]`; the last step has one: it ends at no noise, where nothing is left to
 * correct.
 * @throws `schedule-invalid` for a strength that runs no step
 */
export function pairedSchedule(
  levels: readonly Level[],
  second: readonly Level[],
  strength: number | undefined,
  sigmas: readonly number[],
): Schedule {
  const last = levels.length - 2
  const callsOf = (level: Level, step: number): Schedule['calls'] => {
    const call = { step, evaluation: 0, level }
    return step === last ? [call] : [call, { step, evaluation: 1, level: second[step] }]
  }
  return scheduleOf(levels, strength, callsOf, sigmas)
}

function scheduleOf(
  levels: readonly Level[],
  strength: number | undefined,
  callsOf: (level: Level, step: number) => Schedule['calls'],
  sigmas: readonly number[] | undefined,
): Schedule {
  const steps = levels.length - 1
  const first = firstStep(steps, strength)
  const calls = levels.slice(0, -1).flatMap(callsOf)
  return {
    steps,
    first,
    levels,
    calls: calls.filter(({ step }) => step >= first),
    timesteps: calls.map(({ level }) => level.t),
    ...(sigmas ? { sigmas } : {}),
  }
}
