import { readFileSync } from 'node:fs'
import { createScheduler, type Json, type Tensor, tensor, torchGenerator } from '@neg/core'
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
