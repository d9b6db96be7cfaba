import { type Json, type Tensor, tensor } from '@neg/core'
import { type Schedule, type Scheduler, torchGenerator } from '@neg/core/schedulers'
import { runSolver, type TestNetwork } from './scheduler-run'

/** A run of diffusers' scheduler of one name, written down: `fixtures/goldens/schedulers.json` holds such. */
export interface SchedulerRecording {
  readonly scheduler: string
  readonly config: { readonly [key: string]: Json }
  readonly steps: number
  /** Arguments of diffusers' `step`. */
  readonly options: { readonly [key: string]: Json }
  /** torch CPU seed of the start and of whatever the scheduler draws. */
  readonly seed: number
  readonly initNoiseSigma: number
  readonly timesteps: readonly number[]
  readonly sigmas?: readonly number[]
  /** x at the start, in the scheduler's own scaling. */
  readonly start: readonly number[]
  /** The first 8 values of x after each call, in the scheduler's own scaling. */
  readonly first8AfterEachCall: readonly (readonly number[])[]
  readonly final: readonly number[]
}

/** The largest deviations of a replay from its recording. */
export interface ReplayDeviation {
  /** Of any timestep, relative where it is above 1, and of any σ, relative. */
  readonly timesteps: number
  readonly sigmas: number
  /** Of any value, as a share of the largest |x| of that call. */
  readonly start: number
  readonly calls: readonly number[]
  readonly final: number
}

/** The network of the recordings: 0.9 input + 0.2 cos(t/150). */
export const recordedNetwork: TestNetwork = ({ data, shape }, t) => {
  const shift = Math.fround(0.2 * Math.fround(Math.cos(Math.fround(Math.fround(t) / 150))))
  return tensor(
    data.map((x) => Math.fround(0.9 * x) + shift),
    shape,
  )
}

/** Runs a scheduler as a recording did and says how far it came from it. */
export function replayRecording(scheduler: Scheduler, recording: SchedulerRecording): ReplayDeviation {
  const shape = [4, 4, 4]
  const { randn } = torchGenerator(recording.seed)
  const normal = (): Tensor => tensor(randn(64), shape)
  const schedule = scheduler.schedule({ steps: recording.steps, latentShape: shape })
  const start = scheduler.start(normal(), schedule)
  const run = runSolver(scheduler, schedule, start, recordedNetwork, normal)
  const own = ownScale(scheduler, schedule, start, run.calls[0])
  const after = [...run.calls.slice(1).map((x, i) => scaled(x, own(i + 1))), run.final]
  return {
    timesteps: listDeviation(schedule.timesteps, recording.timesteps, 1),
    sigmas: recording.sigmas ? listDeviation(schedule.sigmas ?? [], recording.sigmas, 1e-6) : 0,
    start: deviation(start.data, recording.start),
    calls: after.map(({ data }, i) => deviation(data.subarray(0, 8), recording.first8AfterEachCall[i] ?? [], data)),
    final: deviation(run.final.data, recording.final),
  }
}

/** Solvers that hold x with α = 1 send it times α: the first call tells which kind this is. */
function ownScale(scheduler: Scheduler, { calls }: Schedule, start: Tensor, sent: Tensor): (call: number) => number {
  const unit = scheduler.parameterisation.kind === 'vp' && deviation(sent.data, start.data) > 1e-6
  return (call) => (unit ? 1 / calls[call].level.alpha : 1)
}

const scaled = ({ data, shape }: Tensor, factor: number): Tensor => ({ data: data.map((x) => x * factor), shape })

const largest = (values: Iterable<number>): number => {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  return most
}

/** NaN and missing values count as infinitely far. */
function deviation(values: ArrayLike<number>, wanted: ArrayLike<number>, all: Iterable<number> = []): number {
  if (values.length !== wanted.length) return Number.POSITIVE_INFINITY
  const scale = Math.max(largest(Array.from(wanted)), largest(all), 1e-12)
  const off = largest(
    Array.from(wanted, (w, i) => (Number.isNaN(values[i] - w) ? Number.POSITIVE_INFINITY : values[i] - w)),
  )
  return off / scale
}

function listDeviation(values: readonly number[], wanted: readonly number[], floor: number): number {
  if (values.length !== wanted.length) return Number.POSITIVE_INFINITY
  return largest(wanted.map((w, i) => (values[i] - w) / Math.max(Math.abs(w), floor)))
}
