import { type CostPlan, NegError } from '@neg/core'
import { useEffect, useState } from 'preact/hooks'
import { useBlobUrl } from '../lib/blob-url'
import { useInput } from '../lib/use-input'
import { draft, edit, negatives, toRecipe } from '../state/draft'
import { fitEdit } from '../state/fit-edit'
import { inputsOf } from '../state/inputs'
import { model, openModel } from '../state/model'
import { fail } from '../state/run'
import { view } from '../state/views'
import { more, say } from '../strings'
import { StrengthField } from './strength-field'

const begin = (file: Blob | undefined): void => {
  if (file) void import('../state/edit-photo').then(({ editPhoto }) => editPhoto(file)).catch(fail)
}

const drawOver = (file: Blob): void =>
  void import('../state/begin-with').then(({ beginWith }) => beginWith(file)).catch(fail)

function Small({ file, label }: { file: Blob; label: string }) {
  return <img class="slot-picture" src={useBlobUrl(file)} alt={label} />
}

/** What the edit takes, once that can be counted; undefined before, and where it would be refused. */
function useCost(): CostPlan | undefined {
  const [cost, setCost] = useState<CostPlan>()
  const place = model.value
  const now = draft.value
  useEffect(() => {
    let wanted = true
    const count = async () => {
      if (!place) return undefined
      const recipe = toRecipe(now)
      return place.plan(fitEdit(recipe, place, await inputsOf(recipe)))
    }
    count().then(
      (found) => wanted && setCost(found),
      (error) => {
        // Drawing says what is wrong.
        if (!NegError.isInstance(error)) throw error
        if (wanted) setCost(undefined)
      },
    )
    return () => {
      wanted = false
    }
  }, [place, now])
  return cost
}

function Cost() {
  const cost = useCost()
  if (!model.value) {
    return (
      <p class="small quiet">
        {more().countedLater}{' '}
        <button type="button" class="link" onClick={() => void openModel().catch(fail)}>
          {more().openToCount}
        </button>
      </p>
    )
  }
  if (!cost) return null
  const { inversion, find } = cost.before ?? { inversion: 0, find: 0 }
  const own = [cost.min, cost.max].map((all) => all - inversion - find)
  return (
    <p class="small quiet number" role="status">
      {more().passes(inversion, find, own[0] === own[1] ? `${own[0]}` : `${own[0]} – ${own[1]}`)}
    </p>
  )
}

/** Where the picture may change. */
function Where() {
  const { image } = draft.value
  if (!image) return null
  const { mask, find, feather: _feather, ...others } = image
  const now = mask !== undefined ? 'painted' : find ? 'found' : 'everywhere'
  const acts = {
    found: () => edit({ image: { ...others, find: find ?? {} } }),
    painted: () => (view.value = 'mask'),
    everywhere: () => edit({ image: others }),
  }
  return (
    <fieldset class="plain">
      <legend class="small">{more().whereChanges}</legend>
      <div class="row wrap">
        {(['found', 'painted', 'everywhere'] as const).map((where) => (
          <button
            key={where}
            type="button"
            class="button button-small"
            aria-pressed={now === where}
            onClick={acts[where]}
          >
            {more().where[where]}
          </button>
        ))}
      </div>
      <p class="small quiet">{more().whereAbout[now]}</p>
    </fieldset>
  )
}

/** Size and region as a loaded record has them: another mask, or another model, wants them anew. */
function Fitted() {
  const { image, width, height } = draft.value
  if (!image?.region && width === undefined && height === undefined) return null
  const { region: _region, ...others } = image!
  return (
    <p class="small quiet">
      {more().fittedByRecord}{' '}
      <button type="button" class="link" onClick={() => edit({ image: others, width: undefined, height: undefined })}>
        {more().fitAnew}
      </button>
    </p>
  )
}

/** The picture that something is taken out of: where it may change, how much, and what that takes. */
export function PhotoEdit() {
  const image = draft.value.image!
  const file = useInput(image.sha256, image)
  const mask = useInput(image.mask)
  return (
    <section class="slot photo" aria-labelledby="photo">
      <h2 id="photo" class="label">
        {say().photograph}
      </h2>
      <div class="row wrap">
        {file && <Small file={file} label={say().photograph} />}
        {mask && <Small file={mask} label={say().mask} />}
        <label class="button button-small file">
          {more().anotherPhotograph}
          <input
            type="file"
            accept="image/*"
            onChange={({ currentTarget }) => {
              begin(currentTarget.files?.[0])
              currentTarget.value = ''
            }}
          />
        </label>
        {file && (
          <button type="button" class="button button-small" onClick={() => drawOver(file)}>
            {more().drawOver}
          </button>
        )}
        <button type="button" class="button button-small" onClick={() => edit({ image: undefined })}>
          {say().withoutPicture}
        </button>
      </div>
      {file === null && (
        <p class="small" role="status">
          {more().photographMissing}
        </p>
      )}
      <Where />
      <div class="field">
        <StrengthField label={more().howMuchChanges} />
        <p class="small quiet">{more().howMuchAbout}</p>
      </div>
      {negatives.value.length > 0 && !draft.value.guidance && <p class="small quiet">{more().editGuidance}</p>}
      <Fitted />
      <Cost />
    </section>
  )
}
