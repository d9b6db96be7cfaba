import * as z from 'zod'
import type { Guided, Level } from '../../prediction/prediction'
import type { Tensor } from '../../tensor/tensor'
import { firstStep } from '../schedule-request'
import type { Evaluated, Evaluation, Schedule } from '../scheduler'

export const refinementsShape = {
  refinements: z
    .int()
    .min(0)
    .max(20)
    .default(0)
    .describe('Further evaluations a step, each where the last one led: fixed-point iteration. neg’s own key.'),
}

/** One step of an inversion: from the level that x is at to the next one up. */
export interface InverseStep {
  readonly from: Level
  readonly to: Level
}

/** A step, and the timestep that the network is told at its start. */
interface ToldStep extends InverseStep {
  readonly t: number
}

/**
 * The schedule of an inversion, steps upwards. A strength runs the first ⌊N · strength⌋ of N steps, so that it ends where image to image
 * of that strength begins.
 * @param steps Of the full schedule, from the clean image on.
 * @param refinements Further calls of each step, at its end.
 */
export function inverseSchedule(
  steps: readonly ToldStep[],
  refinements: number,
  strength: number | undefined,
  sigmas?: readonly number[],
): Schedule {
  const run = steps.length - firstStep(steps.length, strength)
  const calls = steps.flatMap(({ from, to, t }, step) => [
    { step, evaluation: 0, level: { ...from, t } },
    ...Array.from({ length: refinements }, (_, i) => ({ step, evaluation: i + 1, level: to })),
  ])
  return {
    steps: steps.length,
    first: 0,
    levels: [...steps.map(({ from }) => from), steps[steps.length - 1].to],
    calls: calls.filter(({ step }) => step < run),
    timesteps: calls.map(({ level }) => level.t),
    ...(sigmas ? { sigmas } : {}),
  }
}

/**
 * Walks up a schedule of `inverseSchedule`. Each step starts from the prediction at x, which stands for the one at the step's end,
 * unknown as yet; refinements ask again there: x' ← move(x, prediction at x') (Pan et al. 2023, AIDI, arXiv 2309.04907; Garibi
 * et al. 2024, ReNoise, arXiv 2403.14602). Where that converges, the step that leads down again is undone exactly.
 *
 * @param endOf Where a step ends that starts at a level, which has the timestep that the network is told.
 */
export function* inverseWalk(
  x: Tensor,
  { calls }: Schedule,
  endOf: (step: number, start: Level) => Level,
  move: (x: Tensor, guided: Guided, step: InverseStep) => Tensor,
): Generator<Evaluation, Tensor, Evaluated> {
  let start = { x, level: calls[0].level }
  let end = x
  for (const [call, { step, evaluation, level }] of calls.entries()) {
    if (evaluation === 0) start = { x: end, level }
    const to = endOf(step, start.level)
    const { guided } = yield { call, x: end, next: to }
    end = move(start.x, guided, { from: start.level, to })
  }
  return end
}

/** An inversion starts from the clean image; without one, from what it is given in its place. */
export const cleanStart = (given: Tensor, _schedule: Schedule, image?: Tensor): Tensor => image ?? given
