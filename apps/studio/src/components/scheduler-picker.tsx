import type { Json } from '@neg/core'
import { atOnce, lazy } from '../lib/lazy'
import { defaults } from '../state/defaults'
import { draft, edit, editing } from '../state/draft'
import { schedulerOf, schedulers } from '../state/schedulers'
import { say } from '../strings'

const OptionFields = lazy(async () => (await import('./option-fields')).OptionFields, atOnce)

export function SchedulerPicker() {
  const { scheduler } = draft.value
  const own = defaults.value.scheduler.name
  const known = scheduler && schedulerOf(scheduler.name)
  const properties = Object.fromEntries((known?.options ?? []).map(({ name, schema }) => [name, schema]))
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
          value={known?.name ?? scheduler?.name ?? ''}
          onChange={({ currentTarget: { value } }) =>
            edit({ scheduler: value === '' ? undefined : { name: value, config: {} } })
          }
        >
          <option value="">
            {editing.value ? say().editsOwn : say().modelsOwn + (own ? ` (${own.replace('Scheduler', '')})` : '')}
          </option>
          {scheduler && !known && <option value={scheduler.name}>{scheduler.name}</option>}
          {schedulers.value.map(({ name }) => (
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
