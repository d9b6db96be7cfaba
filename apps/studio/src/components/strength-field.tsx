import { draft, edit } from '../state/draft'
import { NumberField } from './number-field'

/** How much of the picture that is begun with may change; nothing where none is. */
export function StrengthField({ label }: { label: string }) {
  const { image } = draft.value
  if (!image) return null
  return (
    <>
      <label class="small" for="image-strength">
        {label}
      </label>
      <div class="row">
        <NumberField
          id="image-strength"
          label={label}
          value={image.strength ?? 0.8}
          low={0.05}
          high={1}
          step={0.05}
          least={0.01}
          most={1}
          onChange={(strength) => edit({ image: { ...image, strength } })}
        />
      </div>
    </>
  )
}
