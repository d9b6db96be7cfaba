import { NegError, type Tensor, tensor } from '@neg/core'
import {
  type Evaluated,
  type Level,
  type Prediction,
  type Schedule,
  type Scheduler,
  torchGenerator,
} from '@neg/core/schedulers'
import { expectThat } from './guidance-subject'
import { gaussianClean } from './scheduler-gaussian'

/** The latents, the steps and the data that schedulers are walked with. */
export const walkShape = [2, 3, 3]
export const walkSteps = 9
const data = { mean: 0.3, deviation: 0.5 }

export interface Walk {
  readonly seed?: string
  readonly normal?: () => Tensor
  readonly start?: (x: Tensor) => Tensor
  /** What the solver gets back, from what the Gaussian's closed form says. */
  readonly change?: (
    evaluated: Evaluated,
    call: number,
    transition: ((p: Prediction) => { readonly mean: Tensor; readonly variance: number }) | undefined,
  ) => Evaluated
}

/** A run on Gaussian data. */
export function walk(
  scheduler: Scheduler,
  { seed = '7', normal = stream(seed), start = (x) => x, change = (evaluated) => evaluated }: Walk = {},
): { final: Tensor; calls: number[]; nexts: Level[] } {
  const schedule = scheduler.schedule({ steps: walkSteps, latentShape: walkShape })
  const solver = scheduler.solve(start(scheduler.start(normal(), schedule)), schedule, normal)
  const [calls, nexts]: [number[], Level[]] = [[], []]
  let turn = solver.next()
  while (!turn.done) {
    const { x, call, next, transition } = turn.value
    calls.push(call)
    nexts.push(next)
    turn = solver.next(change(answer(schedule, call, x), call, transition))
  }
  return { final: turn.value, calls, nexts }
}

/** What a network that knows the data answers. */
export function answer(schedule: Schedule, call: number, x: Tensor): Evaluated {
  const { level } = schedule.calls[call]
  return { x, guided: { space: 'x0', value: gaussianClean(data, x, level), x, level } }
}

export const single = ({ guided }: Evaluated): Prediction => ('x0' in guided ? guided.x0 : guided)

export function stream(seed: string): () => Tensor {
  const { randn } = torchGenerator(seed)
  return () => tensor(randn(18), walkShape)
}

/** Values that differ from place to place by `step`. */
export const pattern = (value: number, step = value / 10): Tensor =>
  tensor(
    Float32Array.from({ length: 18 }, (_, i) => value + i * step),
    walkShape,
  )
export const copy = (x: Tensor): Tensor => tensor(x.data.slice(), x.shape)
export const sum = (a: Tensor, b: Tensor): Tensor => tensor(a.data.map((x, i) => x + b.data[i]), a.shape) // biome-ignore format: one line
export const scaled = (a: Tensor, factor: number): Tensor => tensor(a.data.map((x) => x * factor), a.shape) // biome-ignore format: one line

/** @throws where they differ by more than `tolerance` of the larger of 1 and the largest value. */
export function equal(a: Tensor, b: Tensor, tolerance: number, what: string): void {
  const most = Math.max(...b.data.map(Math.abs))
  const off = Math.max(...a.data.map((x, i) => Math.abs(x - b.data[i])))
  expectThat(off <= tolerance * Math.max(most, 1), `${what}: they differ by ${off.toExponential(1)}`)
}

/** The error that an action is refused with. */
export function refusal(action: () => unknown): NegError | undefined {
  try {
    action()
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
  return undefined
}
