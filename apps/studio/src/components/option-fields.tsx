import type { Json } from '@neg/core'
import { useState } from 'preact/hooks'
import { fieldsOf, type NamedField } from '../lib/schema-form'
import { say } from '../strings'

interface Props {
  readonly id: string
  readonly option: NamedField
  readonly value: Json | undefined
  /** `undefined`: back to the default. */
  onChange(value: Json | undefined): void
}

/** JSON that is kept as text until it can be read. */
function JsonInput({
  id,
  value,
  fallback,
  onChange,
}: {
  id: string
  value: Json | undefined
  fallback: Json | undefined
  onChange: Props['onChange']
}) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value))
  const [bad, setBad] = useState(false)
  return (
    <input
      id={id}
      class="input mono"
      type="text"
      value={text}
      placeholder={fallback === undefined ? say().notSet : JSON.stringify(fallback)}
      aria-invalid={bad}
      onInput={(event) => {
        const next = event.currentTarget.value
        setText(next)
        try {
          onChange(next.trim() === '' ? undefined : JSON.parse(next))
          setBad(false)
        } catch {
          setBad(true)
        }
      }}
    />
  )
}

function control({ id, option: { field, fallback }, value, onChange }: Props) {
  const now = value ?? fallback
  switch (field.kind) {
    case 'number':
      return (
        <input
          id={id}
          class="input number-input"
          type="number"
          min={field.min}
          max={field.max}
          step={field.integer ? 1 : 'any'}
          value={typeof now === 'number' ? now : ''}
          placeholder={fallback === undefined ? say().notSet : String(fallback)}
          onInput={({ currentTarget: { valueAsNumber } }) =>
            onChange(Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)
          }
        />
      )
    case 'choice':
      return (
        <select
          id={id}
          class="input"
          value={typeof now === 'string' ? now : ''}
          onChange={(event) => onChange(event.currentTarget.value || undefined)}
        >
          {fallback === undefined && <option value="">{say().notSet}</option>}
          {field.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )
    case 'switch':
      return (
        <input
          id={id}
          type="checkbox"
          checked={now === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )
    case 'text':
      return (
        <input
          id={id}
          class="input"
          type="text"
          value={typeof now === 'string' ? now : ''}
          onInput={(event) => onChange(event.currentTarget.value || undefined)}
        />
      )
    case 'json':
      return <JsonInput id={id} value={value} fallback={fallback} onChange={onChange} />
  }
}

function OptionField(props: Props) {
  const { id, option } = props
  return (
    <div class="option">
      <label class="small" for={id}>
        <span class="mono">{option.name}</span>
        {option.about && <span class="quiet"> {option.about}</span>}
      </label>
      {control(props)}
    </div>
  )
}

interface FieldsProps {
  /** What the options are of: its name stands before theirs. */
  readonly id: string
  readonly schema: Json
  readonly values: { readonly [name: string]: Json } | undefined
  onChange(name: string, value: Json | undefined): void
}

/** Options as controls, by their JSON Schema. */
export const OptionFields = ({ id, schema, values, onChange }: FieldsProps) =>
  fieldsOf(schema).map((option) => (
    <OptionField
      key={option.name}
      id={`${id}-${option.name}`}
      option={option}
      value={values?.[option.name]}
      onChange={(next) => onChange(option.name, next)}
    />
  ))
