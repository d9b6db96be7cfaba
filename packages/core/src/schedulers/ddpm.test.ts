import { expect, test } from 'vitest'
import type { Tensor } from '../tensor/tensor'
import { createScheduler } from './index'

const shape = [1, 1, 2]
const tensor = (...values: number[]): Tensor => ({ data: Float32Array.from(values), shape })

/** Walks a schedule with predictions of 0.5, and counts the draws of each step. */
function drawsOf(config: Record<string, string | number | boolean>, steps: number): number[] {
  const scheduler = createScheduler({ name: 'DDPMScheduler', config })
  const schedule = scheduler.schedule({ steps, latentShape: shape })
  let draws = 0
  const normal = () => {
    draws++
    return tensor(0.1, -0.2)
  }
  const counts: number[] = []
  const solver = scheduler.solve(tensor(1, 2), schedule, normal)
  let turn = solver.next()
  while (!turn.done) {
    const { x, call } = turn.value
    const before = draws
    const value = tensor(0.5, 0.5)
    turn = solver.next({ x, guided: { space: 'eps', value, x, level: schedule.calls[call].level } })
    counts.push(draws - before)
  }
  return counts
}

test('noise is drawn once a step, and not at timestep 0, as in diffusers', () => {
  expect(drawsOf({ timestep_spacing: 'leading' }, 4)).toEqual([1, 1, 1, 0])
  // A schedule that ends above timestep 0 draws in its last step, too.
  expect(drawsOf({ timestep_spacing: 'leading', steps_offset: 1 }, 4)).toEqual([1, 1, 1, 1])
})
