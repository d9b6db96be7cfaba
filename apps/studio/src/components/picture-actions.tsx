import type { RecipeInput } from '@neg/core'
import { download } from '../lib/download'
import { fileName } from '../lib/file-name'
import { usePassing } from '../lib/passing'
import { isEdit } from '../lib/spec'
import { draft, settings, toRecipe } from '../state/draft'
import { openFile } from '../state/loaded'
import { fail, type Picture } from '../state/run'
import { copyPicture, share } from '../state/share'
import { lookAtShown } from '../state/viewing'
import { say } from '../strings'

export function PictureActions({ picture }: { picture: Picture }) {
  const [said, tell] = usePassing()
  const { record, entry, done } = picture
  // Of the picture that is shown; said whole, so that it is drawn alike with a model that recommends others.
  const recipe = (): RecipeInput =>
    (record?.recipe as RecipeInput | undefined) ?? {
      scale: settings.value.scale,
      steps: settings.value.steps,
      ...toRecipe(draft.value),
    }
  const attempt = (work: Promise<string>) => void work.then(tell).catch(fail)
  const begin = async () => {
    const { beginWith } = await import('../state/begin-with')
    await beginWith(entry!.png)
    return say().beginsWithIt
  }
  return (
    <div class="row wrap actions">
      <button type="button" class="button" data-key="look" disabled={!entry} onClick={() => lookAtShown()}>
        {say().look}
      </button>
      {isEdit(picture.recipe) && (
        <button type="button" class="button" disabled={!entry} onClick={() => lookAtShown('slider')}>
          {say().slideOver}
        </button>
      )}
      <button
        type="button"
        class="button"
        disabled={!entry}
        onClick={() => entry && download(entry.png, fileName(entry.record.recipe))}
      >
        {say().downloadPng}
      </button>
      <button type="button" class="button" onClick={() => attempt(share(recipe()))}>
        {say().shareLink}
      </button>
      <button type="button" class="button" disabled={!entry} onClick={() => entry && attempt(copyPicture(entry.png))}>
        {say().copyPicture}
      </button>
      <button type="button" class="button" disabled={!entry || !done} onClick={() => attempt(begin())}>
        {say().beginWithThis}
      </button>
      <span class="small quiet" role="status">
        {said}
      </span>
    </div>
  )
}

/** The drop zone for those who don't drag. */
export function OpenButton() {
  return (
    <label class="button file">
      {say().openPicture}
      <input
        type="file"
        accept="image/*,application/json"
        onChange={(event) => {
          openFile(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
    </label>
  )
}
