import { readFileSync } from 'node:fs'
import type { Tensor } from '@neg/core'
import { createScheduler, findScheduler, type Scheduler, type SchedulerPlugin } from '@neg/core/schedulers'
import { expect, it } from 'vitest'
import * as z from 'zod'
import { schedulerLaws } from './scheduler-laws'
import type { SchedulerRecording } from './scheduler-recording'

const euler = (): Scheduler => createScheduler({ name: 'EulerAncestralDiscreteScheduler', config: {} })
const scaled = ({ data, shape }: Tensor, factor: number): Tensor => ({ data: data.map((x) => x * factor), shape })

/** Euler ancestral with one thing wrong, as a plug-in. */
const broken = (change: (scheduler: Scheduler) => Partial<Scheduler>): SchedulerPlugin<{ [key: string]: never }> => ({
  name: 'Broken',
  aliases: [],
  source: 'this test',
  config: z.strictObject({}),
  create: (config) => {
    const scheduler = euler()
    return { ...scheduler, name: 'Broken', config, ...change(scheduler) }
  },
})

/** Passes a solver's questions on, changed, and its answers back. */
const wrapped =
  (change: (solver: ReturnType<Scheduler['solve']>) => ReturnType<Scheduler['solve']>) =>
  (scheduler: Scheduler): Partial<Scheduler> => ({
    solve: (x, schedule, normal) => change(scheduler.solve(x, schedule, normal)),
  })

let leaked = 0
const defects: [what: string, plugin: SchedulerPlugin<{ [key: string]: never }>, law: RegExp][] = [
  [
    'an end that is scaled wrongly',
    broken(
      wrapped(function* (solver) {
        return scaled(yield* solver, 1.01)
      }),
    ),
    /point mass/,
  ],
  [
    'levels of another parameterisation',
    broken((scheduler) => ({
      schedule: (request) => {
        const schedule = scheduler.schedule(request)
        return { ...schedule, levels: schedule.levels.map((level) => ({ ...level, alpha: 1 })) }
      },
    })),
    /parameterisation/,
  ],
  [
    'a state that outlives the run',
    broken((scheduler) => ({
      start: (normal, schedule, image) => scaled(scheduler.start(normal, schedule, image), 1 + 1e-3 * leaked++),
    })),
    /equal streams/,
  ],
  [
    'noise of its own',
    broken((scheduler) => ({
      solve: (x, schedule, normal) => scheduler.solve(x, schedule, () => scaled(normal(), 1 + Math.random())),
    })),
    /equal streams/,
  ],
  [
    'an x that it does not take back',
    broken((scheduler) => ({
      *solve(x, schedule, normal) {
        const solver = scheduler.solve(x, schedule, normal)
        let turn = solver.next()
        while (!turn.done) turn = solver.next({ ...(yield turn.value), x: turn.value.x })
        return turn.value
      },
    })),
    /x that was changed/,
  ],
  [
    'a transition with too much variance',
    broken(
      wrapped(function* (solver) {
        let turn = solver.next()
        while (!turn.done) {
          const { transition } = turn.value
          turn = solver.next(
            yield {
              ...turn.value,
              transition: transition && ((p) => ({ ...transition(p), variance: transition(p).variance * 1.1 })),
            },
          )
        }
        return turn.value
      }),
    ),
    /transition/,
  ],
  [
    'calls out of order',
    broken((scheduler) => ({
      schedule: (request) => {
        const schedule = scheduler.schedule(request)
        return { ...schedule, calls: schedule.calls.map((call) => ({ ...call, evaluation: 1 })) }
      },
    })),
    /calls are those/,
  ],
  [
    'a strength that is ignored',
    broken((scheduler) => ({ schedule: ({ strength, ...request }) => scheduler.schedule(request) })),
    /strength/,
  ],
  ['a second order that it does not have', broken(() => ({})), /order 2/],
]

it.each(defects)('the laws catch %s', async (_, plugin, law) => {
  const failed: string[] = []
  for (const { name, run } of schedulerLaws(plugin, { order: 2 })) {
    try {
      await run()
    } catch {
      failed.push(name)
    }
  }
  expect(failed.filter((name) => law.test(name))).not.toHaveLength(0)
})

it('without a defect only the order that it does not have fails', async () => {
  const failed: string[] = []
  for (const { name, run } of schedulerLaws(
    broken(() => ({})),
    { order: 2 },
  )) {
    await run().catch(() => failed.push(name))
  }
  expect(failed).toEqual(['it converges in order 2 on Gaussian data'])
})

it('a recording is held against the scheduler that it is given for', async () => {
  const { cases }: { cases: SchedulerRecording[] } = JSON.parse(
    readFileSync(new URL('../../../fixtures/goldens/schedulers.json', import.meta.url), 'utf8'),
  )
  const recordings = cases.filter(({ scheduler }) => scheduler === 'HeunDiscreteScheduler').slice(0, 1)
  const replays = (name: string) =>
    schedulerLaws(findScheduler(name), { recordings }).filter((law) => law.name.includes('recording'))
  const [own] = replays('HeunDiscreteScheduler')
  await expect(own.run()).resolves.toBeUndefined()
  const [other] = replays('KDPM2DiscreteScheduler')
  await expect(other.run()).rejects.toThrow(/away/)
})
