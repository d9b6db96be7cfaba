import { readFileSync } from 'node:fs'
import { type Json, type Tensor, tensor } from '@neg/core'
import { createScheduler, findScheduler, inverseSchedulers, schedulers, torchGenerator } from '@neg/core/schedulers'
import { maxAbs, minus } from '@neg/core/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recordedNetwork } from './scheduler-recording'
import { runSolver, type TestNetwork } from './scheduler-run'

interface Recording {
  scheduler: string
  config: { [key: string]: Json }
  request: { steps: number; strength?: number }
  seed: number
  timesteps: number[]
  sigmas?: number[]
  final: number[]
  largest: number
}

const recorded: { cases: Recording[] } = JSON.parse(
  readFileSync(new URL('../../../fixtures/goldens/schedulers-inverse.json', import.meta.url), 'utf8'),
)
const shape = [4, 4, 4]
const image = tensor(
  Float32Array.from({ length: 64 }, (_, i) => -1 + (2 * i) / 63),
  shape,
)
const unused = (): Tensor => {
  throw new Error('draws noise')
}

describe('diffusers’ inverse schedulers', () => {
  it.each(recorded.cases.map((one, i) => ({ ...one, i, what: JSON.stringify({ ...one.config, ...one.request }) })))(
    '$i $scheduler $what',
    ({ scheduler: name, config, request, seed, timesteps, sigmas, final, largest }) => {
      const scheduler = createScheduler({ name, config })
      const schedule = scheduler.schedule({ ...request, latentShape: shape })
      expect(schedule.timesteps).toEqual(timesteps)
      if (sigmas) {
        expect(schedule.sigmas).toHaveLength(sigmas.length)
        for (const [i, s] of sigmas.entries()) expect(Math.abs((schedule.sigmas?.[i] ?? 0) / s - 1)).toBeLessThan(1e-5)
      }
      const { randn } = torchGenerator(seed)
      const normal = (): Tensor => tensor(randn(64), shape)
      const { data } = runSolver(scheduler, schedule, scheduler.start(image, schedule), recordedNetwork, normal).final
      for (const [i, value] of final.entries()) expect(Math.abs(data[i] - value) / largest).toBeLessThan(1e-4)
    },
  )
})

/** The noise in a picture of normal values with variance 1/4, each with a mean of its own, about as a network would see it. */
const network: TestNetwork = ({ data, shape }, t) => {
  const [alpha, sigma] = [Math.cos((Math.PI * t) / 2000), Math.sin((Math.PI * t) / 2000)]
  return tensor(
    data.map((x, i) => (sigma * (x - alpha * Math.sin(i))) / (alpha ** 2 / 4 + sigma ** 2)),
    shape,
  )
}

const training = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' }
const ddim = { ...training, clip_sample: false, set_alpha_to_one: false, steps_offset: 1 }
interface Pair {
  down: string
  up: string
  config: { [key: string]: Json }
}
const pairs: Record<'ddim' | 'flow' | 'dpm', Pair> = {
  ddim: { down: 'ddim', up: 'ddim-inverse', config: ddim },
  flow: { down: 'flow-euler', up: 'flow-euler-inverse', config: { shift: 3 } },
  dpm: { down: 'dpm++2m', up: 'dpm++2m-inverse', config: training },
}

/** How far a picture that was inverted and drawn again is from itself, of its largest value. */
function roundTrip({ down, up, config }: Pair, request: { steps: number; strength?: number }, refinements = 0): number {
  const own = refinements > 0 ? { ...config, refinements } : config
  const [upwards, downwards] = [createScheduler({ name: up, config: own }), createScheduler({ name: down, config })]
  const [rising, falling] = [upwards, downwards].map((one) => one.schedule({ ...request, latentShape: shape }))
  const noise = runSolver(upwards, rising, upwards.start(image, rising, image), network, unused).final
  const { final } = runSolver(downwards, falling, noise, network, unused)
  return maxAbs(minus(final, image)) / maxAbs(image)
}

const walks = fc.record({
  steps: fc.integer({ min: 6, max: 60 }),
  strength: fc.double({ min: 0.5, max: 1, noNaN: true }),
})

describe('laws of inversion', () => {
  it.each(['ddim', 'flow'] as const)('%s with refinement is undone exactly by the way down', (kind) => {
    fc.assert(
      fc.property(walks, (walk) => {
        expect(roundTrip(pairs[kind], walk, 20)).toBeLessThan(2e-4)
      }),
      { seed: 1, numRuns: 40 },
    )
  })

  it.each(['ddim', 'flow'] as const)('%s: each refinement brings the way down nearer to the picture', (kind) => {
    const errors = [0, 1, 2, 4].map((refinements) => roundTrip(pairs[kind], { steps: 20 }, refinements))
    errors.slice(1).forEach((error, i) => void expect(error).toBeLessThan(errors[i] / 1.5))
  })

  it.each(['ddim', 'flow', 'dpm'] as const)('%s: the error of plain inversion falls with the steps', (kind) => {
    const errors = [10, 40, 160].map((steps) => roundTrip(pairs[kind], { steps }))
    errors.slice(1).forEach((error, i) => void expect(error).toBeLessThan(errors[i] / 2))
  })

  it.each(['ddim', 'flow', 'dpm'] as const)(
    '%s ends at the level where image to image of that strength begins',
    (kind) => {
      const { down, up, config } = pairs[kind]
      fc.assert(
        fc.property(walks, (walk) => {
          const rising = createScheduler({ name: up, config }).schedule({ ...walk, latentShape: shape })
          const falling = createScheduler({ name: down, config }).schedule({ ...walk, latentShape: shape })
          const end = rising.levels[(rising.calls.at(-1)?.step ?? 0) + 1]
          expect(end.sigma).toBeCloseTo(falling.calls[0].level.sigma, 6)
          expect(rising.calls.length).toBe(falling.calls.length)
          expect(rising.first).toBe(0)
        }),
        { seed: 1 },
      )
    },
  )

  it('starts from the clean picture and draws no noise', () => {
    for (const { name } of inverseSchedulers) {
      const scheduler = findScheduler(name).create({})
      const schedule = scheduler.schedule({ steps: 4, latentShape: shape })
      expect(scheduler.inverse).toBe(true)
      expect(scheduler.start(tensor(new Float32Array(64), shape), schedule, image)).toBe(image)
    }
    expect(schedulers.every((entry) => entry.create({}).inverse === undefined)).toBe(true)
  })

  it('names and aliases are of one scheduler', () => {
    const names = [...schedulers, ...inverseSchedulers].flatMap(({ name, aliases }) => [name, ...aliases])
    expect(new Set(names).size).toBe(names.length)
    for (const { name, aliases } of inverseSchedulers) expect(findScheduler(aliases[0]).name).toBe(name)
  })
})
