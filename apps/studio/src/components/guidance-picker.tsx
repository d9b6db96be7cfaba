import type { GuidanceSpec, Json } from '@neg/core'
import { fieldsOf } from '../lib/schema-form'
import { guidances } from '../state/guidances'
import { OptionField } from './option-field'

interface Props {
  readonly id: string
  readonly label: string
  readonly value: GuidanceSpec
  onChange(value: GuidanceSpec): void
}

/** A guidance that a wrapper may hold when nothing was chosen yet. */
const plain: GuidanceSpec = { name: 'general' }

const find = (name: string) => guidances.value.find((one) => one.name === name)

/** Which guidance, its options by their schema, and the guidances inside it. */
export function GuidancePicker({ id, label, value, onChange }: Props) {
  const plugin = find(value.name)
  const inner = Array.from({ length: plugin?.wraps ?? 0 }, (_, i) => value.of?.[i] ?? plain)
  const choose = (name: string) => {
    const wraps = find(name)?.wraps ?? 0
    // What it wraps stays what it was: a wrapper put around a guidance keeps it.
    const inside =
      wraps > 0 ? { of: Array.from({ length: wraps }, (_, i) => value.of?.[i] ?? (plugin?.wraps ? plain : value)) } : {}
    onChange({ name, ...inside })
  }
  const set = (name: string, option: Json | undefined) => {
    const { [name]: _before, ...others } = value.options ?? {}
    const options = option === undefined ? others : { ...others, [name]: option }
    onChange({ ...value, options })
  }
  return (
    <div class="guidance">
      <label class="small" for={id}>
        {label}
      </label>
      <select id={id} class="input" value={value.name} onChange={(event) => choose(event.currentTarget.value)}>
        {guidances.value.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {plugin && (
        <>
          <p class="small quiet">{plugin.summary}</p>
          <p class="formula mono">{plugin.formula}</p>
          {fieldsOf(plugin.options).map((option) => (
            <OptionField
              key={`${value.name} ${option.name}`}
              id={`${id}-${option.name}`}
              option={option}
              value={value.options?.[option.name]}
              onChange={(next) => set(option.name, next)}
            />
          ))}
        </>
      )}
      {inner.map((spec, i) => (
        <div class="inner" key={`${i} of ${value.name}`}>
          <GuidancePicker
            id={`${id}-${i}`}
            label={inner.length > 1 ? `Inside it, ${i + 1}` : 'Inside it'}
            value={spec}
            onChange={(next) => onChange({ ...value, of: inner.map((old, at) => (at === i ? next : old)) })}
          />
        </div>
      ))}
    </div>
  )
}
