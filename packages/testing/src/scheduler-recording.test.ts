import { readFileSync } from 'node:fs'
import type { Json } from '@neg/core'
import { createScheduler } from '@neg/core/schedulers'
import { describe, expect, it } from 'vitest'
import { replayRecording, type SchedulerRecording } from './scheduler-recording'

const recorded: { cases: SchedulerRecording[] } = JSON.parse(
  readFileSync(new URL('../../../fixtures/goldens/schedulers.json', import.meta.url), 'utf8'),
)
const text = (config: { readonly [key: string]: Json }): string =>
  Object.entries(config)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')

describe('every recorded run of diffusers', () => {
  it.each(recorded.cases.map((c, i) => ({ ...c, i, what: `${text(c.config)} ${text(c.options)}` })))(
    '$i $scheduler, $steps steps, $what',
    (recording) => {
      const { scheduler, config, options } = recording
      const off = replayRecording(createScheduler({ name: scheduler, config: { ...config, ...options } }), recording)
      expect(off.timesteps).toBeLessThan(1e-5)
      expect(off.sigmas).toBeLessThan(1e-5)
      expect(off.start).toBeLessThan(1e-5)
      expect(Math.max(...off.calls)).toBeLessThan(1e-4)
      expect(off.final).toBeLessThan(1e-4)
    },
  )
})
