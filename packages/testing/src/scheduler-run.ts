import type { Tensor } from '@neg/core'
import type { Guided, Level } from '@neg/core/guidance'
import { networkInput, networkPrediction, type Schedule, type Scheduler } from '@neg/core/schedulers'

/** A network for tests: what it outputs for its input at a timestep (and the level, for models known in closed form). */
export type TestNetwork = (input: Tensor, t: number, level: Level) => Tensor

/** What a solver did. */
export interface SolverRun {
  /** x of each call, in the model's parameterisation. */
  readonly calls: readonly Tensor[]
  /** The final latents. */
  readonly final: Tensor
}

/** Walks a solver along its schedule with a network in place of a model; the network's answer is the prediction. */
export function runSolver(
  scheduler: Scheduler,
  schedule: Schedule,
  start: Tensor,
  network: TestNetwork,
  normal: () => Tensor,
): SolverRun {
  const solver = scheduler.solve(start, schedule, normal)
  const calls: Tensor[] = []
  let turn = solver.next()
  while (!turn.done) {
    const { x, call } = turn.value
    calls.push(x)
    turn = solver.next({ x, guided: predict(scheduler, network, x, schedule.calls[call].level) })
  }
  return { calls, final: turn.value }
}

/** A network's answer as the loop reads it. */
export function predict({ parameterisation }: Scheduler, network: TestNetwork, x: Tensor, level: Level): Guided {
  const output = network(networkInput(parameterisation, x, level), level.t, level)
  return networkPrediction(parameterisation, output, x, level)
}
