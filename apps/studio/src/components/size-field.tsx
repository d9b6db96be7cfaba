import { aspects, sizeOf } from '../lib/aspects'
import { sizeMultiple } from '../state/defaults'
import { draft, edit, settings } from '../state/draft'
import { say } from '../strings'
import { Own } from './sampling'

/** Width and height, in what the model can draw, and the usual aspects at about the model's own area. */
export function SizeField() {
  const { width, height } = settings.value
  const multiple = sizeMultiple.value
  if (width === 0) return null
  const said = draft.value.width !== undefined || draft.value.height !== undefined
  const field = (id: 'width' | 'height', value: number) => (
    <label class="row small">
      {say()[id]}
      <input
        id={id}
        class="input number-input"
        type="number"
        min={multiple}
        step={multiple}
        value={value}
        onChange={({ currentTarget }) => {
          const next = Math.max(multiple, Math.round(currentTarget.valueAsNumber / multiple) * multiple)
          if (Number.isFinite(next)) edit({ [id]: next })
          currentTarget.value = String(Number.isFinite(next) ? next : value)
        }}
      />
    </label>
  )
  return (
    <fieldset class="plain">
      <legend class="small">{say().size}</legend>
      <div class="row wrap">
        {field('width', width)}
        {field('height', height)}
        <select
          class="input inline"
          aria-label={say().aspect}
          value=""
          onChange={(event) => {
            const chosen = aspects.find(({ name }) => name === event.currentTarget.value)
            if (chosen) edit(sizeOf(chosen, width * height, multiple))
            event.currentTarget.value = ''
          }}
        >
          <option value="">{say().aspect}</option>
          {aspects.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <Own what={say().sizeWord} said={said} onDrop={() => edit({ width: undefined, height: undefined })} />
      </div>
    </fieldset>
  )
}
