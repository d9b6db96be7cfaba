import { useBlobUrl } from '../lib/blob-url'
import { useInput } from '../lib/use-input'
import { draft, edit } from '../state/draft'
import { history } from '../state/history'
import { fail } from '../state/run'
import { view } from '../state/views'
import { say } from '../strings'
import { StrengthField } from './strength-field'

const begin = (file: Blob | undefined): void => {
  if (!file) return
  void import('../state/begin-with').then(({ beginWith }) => beginWith(file)).catch(fail)
}

function Small({ png, label }: { png: Blob; label: string }) {
  return <img class="slot-picture" src={useBlobUrl(png)} alt={label} />
}

/** Where a picture is put to begin with: chosen, pasted, dropped, or dragged from the history. */
export function StartPicture() {
  const { image } = draft.value
  const png = useInput(image?.sha256)
  const mask = useInput(image?.mask)
  return (
    <fieldset
      class="plain slot"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        const id = Number(event.dataTransfer?.getData('text/neg-entry'))
        begin(history.value.find((entry) => entry.id === id)?.png ?? event.dataTransfer?.files[0])
      }}
    >
      <legend class="small">{say().beginWith}</legend>
      <div class="row wrap">
        {png && <Small png={png} label={say().startPicture} />}
        {mask && <Small png={mask} label={say().mask} />}
        <label class="button button-small file">
          {image ? say().anotherPicture : say().choosePicture}
          <input
            type="file"
            accept="image/*"
            onChange={({ currentTarget }) => {
              begin(currentTarget.files?.[0])
              currentTarget.value = ''
            }}
          />
        </label>
        {image && (
          <>
            <button type="button" class="button button-small" onClick={() => (view.value = 'mask')}>
              {image.mask === undefined ? say().paintMask : say().editMask}
            </button>
            {image.mask !== undefined && (
              <button
                type="button"
                class="button button-small"
                onClick={() => edit({ image: { sha256: image.sha256, strength: image.strength } })}
              >
                {say().dropMask}
              </button>
            )}
            <button type="button" class="button button-small" onClick={() => edit({ image: undefined })}>
              {say().withoutPicture}
            </button>
          </>
        )}
      </div>
      <StrengthField label={say().imageStrength} />
      {!image && <p class="small quiet">{say().beginAbout}</p>}
    </fieldset>
  )
}
