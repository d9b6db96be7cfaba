import { NegError } from '../errors/neg-error'
import type { ScheduleRequest } from './scheduler'

const refuse = (message: string, where: string): never => {
  throw new NegError('schedule-invalid', message, { where })
}

/** A checked request. */
export type Request =
  | { readonly kind: 'steps'; readonly steps: number }
  | { readonly kind: 'timesteps'; readonly timesteps: readonly number[] }
  | { readonly kind: 'sigmas'; readonly sigmas: readonly number[] }

/**
 * Exactly one of steps, timesteps and sigmas; whole and positive, or finite and descending.
 * @param takes What this scheduler can walk.
 * @throws `schedule-invalid`
 */
export function readRequest<const K extends 'timesteps' | 'sigmas' = never>(
  name: string,
  request: ScheduleRequest,
  takes: readonly K[] = [],
): Extract<Request, { kind: 'steps' | K }> {
  return read(name, request, takes) as Extract<Request, { kind: 'steps' | K }>
}

function read(name: string, request: ScheduleRequest, takes: readonly ('timesteps' | 'sigmas')[]): Request {
  const { steps, timesteps, sigmas } = request
  const given = [steps !== undefined && 'steps', timesteps && 'timesteps', sigmas && 'sigmas'].filter(Boolean)
  if (given.length !== 1) {
    refuse(`Give exactly one of steps, timesteps and sigmas; got ${given.join(' and ') || 'none'}.`, 'steps')
  }
  if (timesteps && !takes.includes('timesteps')) {
    refuse(`${name} takes no timesteps of yours. Give steps, or choose another scheduler.`, 'timesteps')
  }
  if (sigmas && !takes.includes('sigmas')) {
    refuse(`${name} takes no sigmas of yours. Give steps, or choose another scheduler.`, 'sigmas')
  }
  if (timesteps) return { kind: 'timesteps', timesteps: descending(timesteps, 'timesteps') }
  if (sigmas) return { kind: 'sigmas', sigmas: descending(sigmas, 'sigmas') }
  const count = steps as number
  if (!Number.isInteger(count) || count < 1) refuse(`steps is ${count}; expected a whole number from 1.`, 'steps')
  return { kind: 'steps', steps: count }
}

function descending(values: readonly number[], where: string): readonly number[] {
  if (values.length === 0) refuse(`${where} is empty; give at least one.`, where)
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value) || value < 0) refuse(`${where}[${i}] is ${value}; expected a number from 0.`, where)
    if (i > 0 && value >= values[i - 1]) {
      refuse(`${where}[${i}] is ${value} after ${values[i - 1]}; they must descend.`, where)
    }
  }
  return values
}

/** @throws `schedule-invalid` where more steps are asked for than the training schedule has. */
export function atMostTrained(steps: number, trained: number): number {
  if (steps > trained) {
    refuse(`${steps} steps were asked for; the network was trained on ${trained} (num_train_timesteps).`, 'steps')
  }
  return steps
}

/** Whole timesteps of the training schedule. @throws `schedule-invalid` */
export function trainedTimesteps(timesteps: readonly number[], trained: number): readonly number[] {
  for (const t of timesteps) {
    if (!Number.isInteger(t) || t < 0 || t >= trained) {
      refuse(
        `The timestep ${t} is not among the ${trained} of the training schedule, 0 to ${trained - 1}.`,
        'timesteps',
      )
    }
  }
  return timesteps
}

/**
 * Whole timesteps, of the user's or spaced.
 * @throws `schedule-invalid`
 */
export function wholeTimesteps(
  name: string,
  request: ScheduleRequest,
  trained: number,
  spaced: (steps: number) => readonly number[],
): readonly number[] {
  const asked = readRequest(name, request, ['timesteps'])
  return trainedTimesteps(asked.kind === 'steps' ? spaced(asked.steps) : asked.timesteps, trained)
}

/**
 * The first step that image to image runs, by diffusers' rule: of N steps the last min(⌊N·strength⌋, N).
 * @throws `schedule-invalid` where that is none
 */
export function firstStep(steps: number, strength = 1): number {
  if (!(strength > 0 && strength <= 1))
    refuse(`strength is ${strength}; expected a number above 0, at most 1.`, 'strength')
  const run = Math.min(Math.floor(steps * strength), steps)
  if (run < 1) {
    refuse(`strength ${strength} of ${steps} steps runs no step. Raise the strength or the steps.`, 'strength')
  }
  return steps - run
}
