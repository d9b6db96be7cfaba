import type { Tensor } from '@neg/core'
import { conversion, convert, type Level, type Scheduler } from '@neg/core/schedulers'
import { expectThat } from './guidance-subject'
import { ownScale } from './scheduler-gaussian'
import {
  answer,
  copy,
  equal,
  pattern,
  refusal,
  scaled,
  walkShape as shape,
  single,
  walkSteps as steps,
  stream,
  sum,
  walk,
} from './scheduler-walk'

export function levelsHold(scheduler: Scheduler): void {
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

export function callsHold(scheduler: Scheduler): void {
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

/** Timesteps of its own, given by hand, are its own schedule; a scheduler that takes none says so. */
export function givenTimestepsHold(scheduler: Scheduler): void {
  const own = scheduler.schedule({ steps, latentShape: shape })
  const timesteps = own.levels.slice(0, -1).map(({ t }) => t)
  const request = { timesteps, latentShape: shape }
  const refused = refusal(() => scheduler.schedule(request))
  if (refused) {
    expectThat(refused.code === 'schedule-invalid' && refused.message.includes(scheduler.name), `${refused}`)
    return
  }
  const given = { ...scheduler, schedule: () => scheduler.schedule(request) }
  equal(walk(given).final, walk(scheduler).final, 1e-5, 'its own timesteps given by hand, and its own schedule')
}

export function strengthHolds(scheduler: Scheduler): void {
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

export function interleavedHolds(scheduler: Scheduler): void {
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

export function spacesHold(scheduler: Scheduler): void {
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

export function changedHolds(scheduler: Scheduler): void {
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

export function splitHolds(scheduler: Scheduler): void {
  if (!scheduler.provides.has('scheduler.split')) return
  const apart = walk(scheduler, {
    change: (evaluated) => ({ ...evaluated, guided: { x0: single(evaluated), noise: single(evaluated) } }),
  })
  equal(apart.final, walk(scheduler).final, 2e-4, 'x0 and noise apart, and together')
}

export function transitionHolds(scheduler: Scheduler): void {
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
