import type { GuidanceSpec, Json } from '@neg/core'
import { atOnce, lazy } from '../lib/lazy'
import { guidanceProblems, guidances } from '../state/guidances'
import { say } from '../strings'

const OptionFields = lazy(async () => (await import('./option-fields')).OptionFields, atOnce)

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
        {!plugin && <option value={value.name}>{value.name}</option>}
        {guidances.value.map(({ name }) => {
          const why = guidanceProblems.value.get(name)
          return (
            <option key={name} value={name} disabled={why !== undefined && name !== value.name}>
              {why === undefined ? name : `${name} – ${why}`}
            </option>
          )
        })}
      </select>
      {plugin && (
        <>
          <p class="small quiet">{plugin.summary}</p>
          <p class="formula mono">{plugin.formula}</p>
          <OptionFields key={value.name} id={id} schema={plugin.options} values={value.options} onChange={set} />
        </>
      )}
      {inner.map((spec, i) => (
        <div class="inner" key={`${i} of ${value.name}`}>
          <GuidancePicker
            id={`${id}-${i}`}
            label={inner.length > 1 ? `${say().insideIt}, ${i + 1}` : say().insideIt}
            value={spec}
            onChange={(next) => onChange({ ...value, of: inner.map((old, at) => (at === i ? next : old)) })}
          />
        </div>
      ))}
    </div>
  )
}
