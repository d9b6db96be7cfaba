import {
  conversion,
  convert,
  type Evaluated,
  type Json,
  type Level,
  NegError,
  type Prediction,
  type Schedule,
  type Scheduler,
  type SchedulerEntry,
  type SchedulerPlugin,
  schedulerEntry,
  type Tensor,
  tensor,
  torchGenerator,
} from '@neg/core'
import { expectThat, type Law } from './guidance-subject'
import { convergence } from './scheduler-convergence'
import { gaussianClean, observedOrder, ownScale } from './scheduler-gaussian'
import { replayRecording, type SchedulerRecording } from './scheduler-recording'

export interface SchedulerLawOptions {
  /** The configuration it is tested under; default its own defaults without clipping. */
  readonly config?: { readonly [key: string]: Json }
  /**
   * The order of convergence in distribution that it must show on Gaussian data; default 1. `null`: none, a solver for
   * distilled networks.
   */
  readonly order?: number | null
  /**
   * It ends at the data where they are one point, whatever the steps. Default true; false for a solver that reads the
   * noise at pure noise, where it says nothing of x0.
   */
  readonly exact?: boolean
  /** Runs of diffusers (or of another implementation) that it must reproduce. */
  readonly recordings?: readonly SchedulerRecording[]
}

const shape = [2, 3, 3]
const data = { mean: 0.3, deviation: 0.5 }
const steps = 9

/**
 * The conformance suite of a scheduler, for any test runner:
 *
 * @example
 * for (const { name, run } of schedulerLaws(myScheduler, { order: 2 })) test(name, run)
 */
export function schedulerLaws<C>(
  plugin: SchedulerPlugin<C> | SchedulerEntry,
  { config = {}, order = 1, exact = true, recordings = [] }: SchedulerLawOptions = {},
): Law[] {
  const entry = 'options' in plugin ? plugin : schedulerEntry(plugin)
  const clips = entry.options.some(({ name }) => name === 'clip_sample')
  const settings = { ...(clips ? { clip_sample: false } : {}), ...config }
  const make = (): Scheduler => entry.create(settings)
  const law = (name: string, run: () => void): Law => ({ name, run: async () => run() })

  return [
    law('its levels are its parameterisation’s, of falling noise', () => levelsHold(make())),
    law('its calls are those it announces, in order', () => callsHold(make())),
    law('strength 1 is the whole schedule, less is its last part', () => strengthHolds(make())),
    ...(exact
      ? [
          law('it is exact on a point mass', () => {
            const [error] = convergence(entry, settings, [8], { mean: 0.7, deviation: 0 })
            expectThat(error < 1e-4, `for data that is one point it ended ${error.toExponential(1)} away`)
          }),
        ]
      : []),
    ...(order === null
      ? []
      : [
          law(`it converges in order ${order} on Gaussian data`, () => {
            const shown = observedOrder(convergence(entry, settings, [32, 64]))
            expectThat(shown > order - 0.35, `it showed order ${shown.toFixed(2)} from 32 to 64 steps`)
          }),
        ]),
    law('equal streams give equal runs, to the bit', () => {
      equal(walk(make()).final, walk(make()).final, 0, 'two runs of one stream')
    }),
    law('runs that take turns do not touch one another', () => interleavedHolds(make())),
    law('every space of prediction gives the same run', () => spacesHold(make())),
    law('an x that was changed is the x it goes on from', () => changedHolds(make())),
    law('x0 and noise apart, of one prediction, are that prediction', () => splitHolds(make())),
    law('its transition is the distribution of its next x', () => transitionHolds(make())),
    law('its configuration is complete: it makes the same scheduler again', () => {
      const scheduler = make()
      const again = entry.create(scheduler.config)
      equal(walk(again).final, walk(scheduler).final, 0, 'a scheduler and the one of its configuration')
      expectThat(JSON.stringify(again.config) === JSON.stringify(scheduler.config), 'the configurations differ')
    }),
    law('an option that it does not have is refused by name', () => {
      const told = refusal(() => entry.create({ no_such_option: 1 }))
      expectThat(told?.code === 'scheduler-option-unknown' && told.message.includes('no_such_option'), `${told}`)
    }),
    law('steps that are none are refused', () => {
      for (const none of [0, -1, 2.5, Number.NaN]) {
        const told = refusal(() => make().schedule({ steps: none, latentShape: shape }))
        expectThat(told?.code === 'schedule-invalid', `${none} steps were not refused: ${told}`)
      }
    }),
    ...recordings.map((recording, i) =>
      law(`it reproduces recording ${i} of ${recording.scheduler}`, () => {
        const replayed = entry.create({ ...recording.config, ...recording.options })
        const off = replayRecording(replayed, recording)
        expectThat(off.timesteps < 1e-5, `its timesteps are ${off.timesteps.toExponential(1)} away`)
        expectThat(off.sigmas < 1e-5, `its σs are ${off.sigmas.toExponential(1)} away`)
        const worst = Math.max(off.start, ...off.calls, off.final)
        expectThat(worst < 1e-4, `its x is ${worst.toExponential(1)} of the largest value away`)
      }),
    ),
  ]
}

function levelsHold(scheduler: Scheduler): void {
  const schedule = scheduler.schedule({ steps, latentShape: shape })
  const { kind } = scheduler.parameterisation
  const whole = ({ alpha, sigma }: Level): number =>
    kind === 'vp' ? Math.hypot(alpha, sigma) : kind === 'flow' ? alpha + sigma : alpha
  expectThat(schedule.steps === steps, `asked for ${steps} steps it has ${schedule.steps}`)
  expectThat(schedule.levels.length === steps + 1, `${steps} steps have ${schedule.levels.length} levels`)
  for (const level of [...schedule.levels, ...schedule.calls.map((call) => call.level)]) {
    expectThat(Math.abs(whole(level) - 1) < 1e-6, `α ${level.alpha} and σ ${level.sigma} are no level of kind ${kind}`)
  }
  const noise = schedule.levels.map(({ alpha, sigma }) => sigma / Math.max(alpha, 1e-12))
  expectThat(
    noise.every((value, i) => i === 0 || value <= noise[i - 1]),
    `its noise rises somewhere: ${noise.join(', ')}`,
  )
}

function callsHold(scheduler: Scheduler): void {
  const schedule = scheduler.schedule({ steps, latentShape: shape })
  const { calls, nexts } = walk(scheduler)
  expectThat(calls.length === schedule.calls.length, `${schedule.calls.length} calls announced, ${calls.length} made`)
  expectThat(
    calls.every((call, i) => call === i),
    `calls came in the order ${calls.join(', ')}`,
  )
  schedule.calls.forEach((call, i) => {
    const before = schedule.calls[i - 1]
    const follows = before
      ? call.step === before.step
        ? call.evaluation === before.evaluation + 1
        : call.step === before.step + 1 && call.evaluation === 0
      : call.step === 0 && call.evaluation === 0
    expectThat(
      follows,
      `call ${i} is evaluation ${call.evaluation} of step ${call.step}, after ${JSON.stringify(before)}`,
    )
    expectThat(nexts[i].sigma <= schedule.levels[call.step].sigma + 1e-9, `step ${call.step} ends above its start`)
  })
  expectThat(schedule.timesteps.length === schedule.calls.length, 'it has not one timestep a call')
}

function strengthHolds(scheduler: Scheduler): void {
  const plain = scheduler.schedule({ steps, latentShape: shape })
  const whole = scheduler.schedule({ steps, strength: 1, latentShape: shape })
  expectThat(JSON.stringify(whole) === JSON.stringify(plain), 'strength 1 is another schedule than none')
  const half = { steps, strength: 0.5, latentShape: shape }
  const refused = refusal(() => scheduler.schedule(half))
  if (refused) {
    expectThat(refused.code === 'schedule-invalid' && refused.message.includes('strength'), `${refused}`)
    return
  }
  const part = scheduler.schedule(half)
  expectThat(part.first === steps - Math.floor(steps / 2), `half of ${steps} steps start at step ${part.first}`)
  expectThat(part.steps === steps, 'the full schedule changed with the strength')
  expectThat(
    part.calls[0].step === part.first && part.calls.length < plain.calls.length,
    'the calls are not its last part',
  )
  const image = pattern(0.1)
  const started = scheduler.start(pattern(0), part, image)
  const { alpha } = part.calls[0].level
  equal(started, scaled(image, alpha * ownScale(scheduler, part)), 1e-5, 'an image without noise, and its start')
  const none = refusal(() => scheduler.schedule({ steps, strength: 0.05, latentShape: shape }))
  expectThat(none?.code === 'schedule-invalid', `a strength that runs no step was not refused: ${none}`)
}

function interleavedHolds(scheduler: Scheduler): void {
  const schedule = scheduler.schedule({ steps, latentShape: shape })
  const separate = ['1', '2'].map((seed) => walk(scheduler, { seed }).final)
  const runs = ['1', '2'].map((seed) => {
    const normal = stream(seed)
    return scheduler.solve(scheduler.start(normal(), schedule), schedule, normal)
  })
  let turns = runs.map((run) => run.next())
  while (!turns[0].done) {
    turns = turns.map((turn, i) => (turn.done ? turn : runs[i].next(answer(schedule, turn.value.call, turn.value.x))))
  }
  turns.forEach((turn, i) => {
    if (turn.done) equal(turn.value, separate[i], 0, `run ${i} in turns with another, and alone`)
  })
}

function spacesHold(scheduler: Scheduler): void {
  const reference = walk(scheduler).final
  for (const space of ['eps', 'v', 'flow'] as const) {
    const schedule = scheduler.schedule({ steps, latentShape: shape })
    const defined = schedule.calls.every(({ level }) =>
      (['x0', 'eps'] as const).every((to) => conversion(space, to, level).every(Number.isFinite)),
    )
    if (!defined) continue
    const given = walk(scheduler, {
      change: (evaluated) => ({ ...evaluated, guided: convert(single(evaluated), space) }),
    })
    equal(given.final, reference, 2e-4, `predictions in ${space} and in x0`)
  }
}

function changedHolds(scheduler: Scheduler): void {
  const schedule = scheduler.schedule({ steps, latentShape: shape })
  const shift = pattern(0.2)
  const moved = walk(scheduler, {
    change: (evaluated, call) =>
      call === 0 ? answer(schedule, call, sum(evaluated.x, shift)) : { ...evaluated, x: copy(evaluated.x) },
  })
  const own = scaled(shift, ownScale(scheduler, schedule))
  const started = walk(scheduler, { start: (x) => sum(x, own) })
  equal(moved.final, started.final, 2e-4, 'an x changed at the first call, and a run that starts from it')
}

function splitHolds(scheduler: Scheduler): void {
  if (!scheduler.provides.has('scheduler.split')) return
  const apart = walk(scheduler, {
    change: (evaluated) => ({ ...evaluated, guided: { x0: single(evaluated), noise: single(evaluated) } }),
  })
  equal(apart.final, walk(scheduler).final, 2e-4, 'x0 and noise apart, and together')
}

function transitionHolds(scheduler: Scheduler): void {
  if (!scheduler.provides.has('scheduler.transition')) return
  for (const noise of [0, 1]) {
    const schedule = scheduler.schedule({ steps, latentShape: shape })
    let expected: Tensor | undefined
    walk(scheduler, {
      normal: () => pattern(noise, 0),
      change: (evaluated, call, transition) => {
        if (expected) equal(evaluated.x, expected, 2e-4, `x of call ${call}, and mean + ${noise} deviations`)
        const { mean, variance } = transition?.(single(evaluated)) ?? { mean: undefined, variance: 0 }
        expectThat(mean !== undefined, `call ${call} came without the transition that it provides`)
        expected = mean && sum(mean, pattern(noise * Math.sqrt(variance), 0))
        return answer(schedule, call, evaluated.x)
      },
    })
  }
}

interface Walk {
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
function walk(
  scheduler: Scheduler,
  { seed = '7', normal = stream(seed), start = (x) => x, change = (evaluated) => evaluated }: Walk = {},
): { final: Tensor; calls: number[]; nexts: Level[] } {
  const schedule = scheduler.schedule({ steps, latentShape: shape })
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

function answer(schedule: Schedule, call: number, x: Tensor): Evaluated {
  const { level } = schedule.calls[call]
  return { x, guided: { space: 'x0', value: gaussianClean(data, x, level), x, level } }
}

const single = ({ guided }: Evaluated): Prediction => ('x0' in guided ? guided.x0 : guided)

function stream(seed: string): () => Tensor {
  const { randn } = torchGenerator(seed)
  return () => tensor(randn(18), shape)
}

/** Values that differ from place to place by `step`. */
const pattern = (value: number, step = value / 10): Tensor =>
  tensor(
    Float32Array.from({ length: 18 }, (_, i) => value + i * step),
    shape,
  )
const copy = (x: Tensor): Tensor => tensor(x.data.slice(), x.shape)
const sum = (a: Tensor, b: Tensor): Tensor => tensor(a.data.map((x, i) => x + b.data[i]), a.shape) // biome-ignore format: one line
const scaled = (a: Tensor, factor: number): Tensor => tensor(a.data.map((x) => x * factor), a.shape) // biome-ignore format: one line

function equal(a: Tensor, b: Tensor, tolerance: number, what: string): void {
  const most = Math.max(...b.data.map(Math.abs))
  const off = Math.max(...a.data.map((x, i) => Math.abs(x - b.data[i])))
  expectThat(off <= tolerance * Math.max(most, 1), `${what}: they differ by ${off.toExponential(1)}`)
}

function refusal(action: () => unknown): NegError | undefined {
  try {
    action()
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
  return undefined
}
