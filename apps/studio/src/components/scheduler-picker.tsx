import type { Json } from '@neg/core'
import { findScheduler, schedulers } from '@neg/core/schedulers'
import { lazy } from '../lib/lazy'
import { defaults } from '../state/defaults'
import { draft, edit } from '../state/draft'
import { say } from '../strings'

const OptionFields = lazy(async () => (await import('./option-fields')).OptionFields)

export function SchedulerPicker() {
  const { scheduler } = draft.value
  const own = defaults.value.scheduler.name
  const properties = scheduler
    ? Object.fromEntries(findScheduler(scheduler.name).options.map(({ name, schema }) => [name, schema]))
    : {}
  const set = (name: string, value: Json | undefined) => {
    if (!scheduler) return
    const { [name]: _before, ...others } = scheduler.config
    edit({ scheduler: { ...scheduler, config: value === undefined ? others : { ...others, [name]: value } } })
  }
  return (
    <>
      <div class="field">
        <label class="small" for="scheduler">
          {say().scheduler}
        </label>
        <select
          id="scheduler"
          class="input"
          value={scheduler?.name ?? ''}
          onChange={({ currentTarget: { value } }) =>
            edit({ scheduler: value === '' ? undefined : { name: value, config: {} } })
          }
        >
          <option value="">
            {say().modelsOwn}
            {own ? ` (${own.replace('Scheduler', '')})` : ''}
          </option>
          {schedulers.map(({ name }) => (
            <option key={name} value={name}>
              {name.replace('Scheduler', '')}
            </option>
          ))}
        </select>
      </div>
      {scheduler && (
        <details class="more">
          <summary>{say().schedulerOptions}</summary>
          <OptionFields
            key={scheduler.name}
            id="scheduler"
            schema={{ properties }}
            values={scheduler.config}
            onChange={set}
          />
        </details>
      )}
    </>
  )
}
