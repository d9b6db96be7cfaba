import { useState } from 'preact/hooks'
import { decimal } from '../lib/format'
import { say } from '../strings'

interface Props {
  readonly id: string
  readonly label: string
  readonly value: number
  /** Where the slider begins and ends; it reaches further when the value does. */
  readonly low: number
  readonly high: number
  readonly step: number
  /** What can be typed at all. */
  readonly least?: number
  readonly most?: number
  readonly class?: string
  onChange(value: number): void
}

/** A number by slider and by typing: the slider for the usual, the field for all that a recipe may hold. */
export function NumberField({ id, label, value, low, high, step, least, most, class: name, onChange }: Props) {
  const [typed, setTyped] = useState<string>()
  const whole = Number.isInteger(step)
  const usable = (number: number) =>
    Number.isFinite(number) &&
    number >= (least ?? Number.NEGATIVE_INFINITY) &&
    number <= (most ?? Number.POSITIVE_INFINITY) &&
    (!whole || Number.isInteger(number))
  return (
    <>
      <input
        class={`range ${name ?? ''}`}
        type="range"
        aria-label={say().slider(label)}
        min={Math.min(low, value)}
        max={Math.max(high, value)}
        step={step}
        value={value}
        onInput={(event) => onChange(Number(event.currentTarget.value))}
      />
      <input
        id={id}
        class="input number-input number"
        type="number"
        min={least}
        max={most}
        step={whole ? 1 : 'any'}
        value={typed ?? (whole ? value : decimal(value))}
        aria-invalid={typed !== undefined && !usable(Number(typed || Number.NaN))}
        onInput={({ currentTarget: { value: text, valueAsNumber } }) => {
          setTyped(text)
          if (usable(valueAsNumber)) onChange(valueAsNumber)
        }}
        onBlur={() => setTyped(undefined)}
      />
    </>
  )
}
