import type { Json } from '@neg/core'
import { findScheduler, schedulers } from '@neg/core/schedulers'
import { fieldsOf } from '../lib/schema-form'
import { defaults } from '../state/defaults'
import { draft, edit } from '../state/draft'
import { OptionField } from './option-field'

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
          Scheduler
        </label>
        <select
          id="scheduler"
          class="input"
          value={scheduler?.name ?? ''}
          onChange={({ currentTarget: { value } }) =>
            edit({ scheduler: value === '' ? undefined : { name: value, config: {} } })
          }
        >
          <option value="">the model’s own{own ? ` (${own.replace('Scheduler', '')})` : ''}</option>
          {schedulers.map(({ name }) => (
            <option key={name} value={name}>
              {name.replace('Scheduler', '')}
            </option>
          ))}
        </select>
      </div>
      {scheduler && (
        <details class="more">
          <summary>Scheduler options</summary>
          {fieldsOf({ properties }).map((option) => (
            <OptionField
              key={`${scheduler.name} ${option.name}`}
              id={`scheduler-${option.name}`}
              option={option}
              value={scheduler.config[option.name]}
              onChange={(next) => set(option.name, next)}
            />
          ))}
        </details>
      )}
    </>
  )
}
