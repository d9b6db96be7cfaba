import { readFileSync } from 'node:fs'
import { type Json, type Tensor, tensor } from '@neg/core'
import { createScheduler, torchGenerator } from '@neg/core/schedulers'
import { describe, expect, it } from 'vitest'
import { recordedNetwork } from './scheduler-recording'
import { runSolver } from './scheduler-run'

interface Recording {
  scheduler: string
  config: { [key: string]: Json }
  request: { steps?: number; strength?: number; timesteps?: number[]; sigmas?: number[] }
  seed: number
  calls: number
  start: number[]
  final: number[]
  largest: number
}

const recorded: { cases: Recording[] } = JSON.parse(
  readFileSync(new URL('../../../fixtures/goldens/schedulers-image-to-image.json', import.meta.url), 'utf8'),
)
const shape = [4, 4, 4]
const image = tensor(
  Float32Array.from({ length: 64 }, (_, i) => -1 + (2 * i) / 63),
  shape,
)

const off = (x: Tensor, wanted: number[], scale: number): number =>
  Math.max(...wanted.map((value, i) => Math.abs(x.data[i] - value))) / scale

describe('recorded runs from a noised image, from given timesteps and from given sigmas', () => {
  it.each(recorded.cases.map((recording) => ({ ...recording, asked: JSON.stringify(recording.request) })))(
    '$scheduler $asked',
    ({ scheduler: name, config, request, seed, calls, start, final, largest }) => {
      const scheduler = createScheduler({ name, config })
      const schedule = scheduler.schedule({ ...request, latentShape: shape })
      expect(schedule.calls).toHaveLength(calls)
      const { randn } = torchGenerator(seed)
      const normal = (): Tensor => tensor(randn(64), shape)
      const x = scheduler.start(normal(), schedule, request.strength === undefined ? undefined : image)
      expect(off(x, start, Math.max(...start.map(Math.abs)))).toBeLessThan(1e-5)
      expect(off(runSolver(scheduler, schedule, x, recordedNetwork, normal).final, final, largest)).toBeLessThan(1e-4)
    },
  )
})

describe('SA-Solver over a ramp', () => {
  it('starts an image at its whole timestep, as add_noise does, not at the σ of the ramp', () => {
    // SASolverScheduler(**config): timesteps[10:] of 13 steps, seed 1409
    const config = {
      beta_start: 0.002,
      beta_end: 0.015,
      beta_schedule: 'linear',
      timestep_spacing: 'trailing',
      use_karras_sigmas: true,
    }
    const scheduler = createScheduler({ name: 'SASolverScheduler', config })
    const schedule = scheduler.schedule({ steps: 13, strength: 0.3, latentShape: shape })
    const x = scheduler.start(tensor(torchGenerator('1409').randn(64), shape), schedule, image)
    for (const [i, value] of [-1.218712, -1.046786, -0.6271268, -1.195032].entries())
      expect(x.data[i]).toBeCloseTo(value, 5)
  })
})

describe('a ramp that ends at its last σ twice', () => {
  it.each(['dpmsolver', 'dpmsolver++', 'sde-dpmsolver', 'sde-dpmsolver++'])('leaves x where it is: %s', (algorithm) => {
    const config = {
      algorithm_type: algorithm,
      use_exponential_sigmas: true,
      final_sigmas_type: 'sigma_min',
      lower_order_final: false,
      solver_type: 'heun',
      prediction_type: 'v_prediction',
    }
    const scheduler = createScheduler({ name: 'DPMSolverMultistepScheduler', config })
    const schedule = scheduler.schedule({ steps: 20, latentShape: shape })
    const { randn } = torchGenerator('3')
    const normal = (): Tensor => tensor(randn(64), shape)
    const { calls, final } = runSolver(
      scheduler,
      schedule,
      scheduler.start(normal(), schedule),
      recordedNetwork,
      normal,
    )
    expect(final.data).toEqual(calls[19].data)
    expect(final.data.every(Number.isFinite)).toBe(true)
  })
})

describe('steps that round to nothing', () => {
  it.each([
    [
      'UniPCMultistepScheduler',
      { final_sigmas_type: 'sigma_min', use_karras_sigmas: true, lower_order_final: false },
      9,
    ],
    ['KDPM2AncestralDiscreteScheduler', { beta_end: 0.03, beta_schedule: 'scaled_linear' }, 2],
  ] as const)('stay finite: %s', (name, config, steps) => {
    const scheduler = createScheduler({ name, config })
    const schedule = scheduler.schedule({ steps, latentShape: shape })
    const { randn } = torchGenerator('3')
    const normal = (): Tensor => tensor(randn(64), shape)
    const { final } = runSolver(scheduler, schedule, scheduler.start(normal(), schedule), recordedNetwork, normal)
    expect(final.data.every(Number.isFinite)).toBe(true)
  })
})

describe('churn', () => {
  const run = (config: { [key: string]: Json }, request: { steps?: number; timesteps?: number[] }) => {
    const scheduler = createScheduler({ name: 'euler', config: { s_churn: 1, ...config } })
    const schedule = scheduler.schedule({ ...request, latentShape: shape })
    const { randn } = torchGenerator('3')
    let drawn = 0
    const normal = (): Tensor => {
      drawn++
      return tensor(randn(64), shape)
    }
    runSolver(scheduler, schedule, scheduler.start(normal(), schedule), recordedNetwork, normal)
    return drawn - 1
  }

  it('counts a σ that is s_tmax, though the ramp computes it a rounding above', () => {
    expect(run({ use_karras_sigmas: true, sigma_min: 0.1, sigma_max: 10, s_tmax: 10 }, { steps: 13 })).toBe(13)
    expect(run({ use_karras_sigmas: true, sigma_min: 0.1, sigma_max: 10, s_tmax: 9.99 }, { steps: 13 })).toBe(12)
  })
})
