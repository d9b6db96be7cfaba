import type { Json } from '@neg/core'
import { type Scheduler, type SchedulerEntry, type SchedulerPlugin, schedulerEntry } from '@neg/core/schedulers'
import { expectThat, type Law } from './guidance-subject'
import { convergence } from './scheduler-convergence'
import { observedOrder } from './scheduler-gaussian'
import {
  callsHold,
  changedHolds,
  givenTimestepsHold,
  interleavedHolds,
  levelsHold,
  spacesHold,
  splitHolds,
  strengthHolds,
  transitionHolds,
} from './scheduler-law-checks'
import { replayRecording, type SchedulerRecording } from './scheduler-recording'
import { equal, refusal, walk, walkShape } from './scheduler-walk'

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
    law('timesteps of its own, given by hand, are its own schedule', () => givenTimestepsHold(make())),
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
        const told = refusal(() => make().schedule({ steps: none, latentShape: walkShape }))
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
