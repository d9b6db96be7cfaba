import { readFileSync } from 'node:fs'
import { type Json, type Tensor, tensor } from '@neg/core'
import { createScheduler, torchGenerator } from '@neg/core/schedulers'
import { describe, expect, it } from 'vitest'
import { recordedNetwork } from './scheduler-recording'
import { runSolver } from './scheduler-run'

interface Recording {
  scheduler: string
  config: { [key: string]: Json }
  request: { steps?: number; timesteps?: number[]; strength?: number }
  seed: number
  timesteps: number[]
  final: number[]
  largest: number
}

const recorded: { cases: Recording[] } = JSON.parse(
  readFileSync(new URL('../../../fixtures/goldens/schedulers-configurations.json', import.meta.url), 'utf8'),
)
const shape = [4, 4, 4]
const image = tensor(
  Float32Array.from({ length: 64 }, (_, i) => -1 + (2 * i) / 63),
  shape,
)

describe('random configurations of diffusers’ schedulers', () => {
  it.each(recorded.cases.map((one, i) => ({ ...one, i, what: JSON.stringify({ ...one.config, ...one.request }) })))(
    '$i $scheduler $what',
    ({ scheduler: name, config, request, seed, timesteps, final, largest }) => {
      const scheduler = createScheduler({ name, config })
      const schedule = scheduler.schedule({ ...request, latentShape: shape })
      expect(schedule.timesteps).toHaveLength(timesteps.length)
      for (const [i, t] of timesteps.entries()) {
        expect(Math.abs(schedule.timesteps[i] - t)).toBeLessThan(1e-5 * Math.max(Math.abs(t), 1))
      }
      const { randn } = torchGenerator(seed)
      const normal = (): Tensor => tensor(randn(64), shape)
      const start = scheduler.start(normal(), schedule, request.strength === undefined ? undefined : image)
      const { data } = runSolver(scheduler, schedule, start, recordedNetwork, normal).final
      for (const [i, value] of final.entries()) expect(Math.abs(data[i] - value) / largest).toBeLessThan(1e-4)
    },
  )
})
