import { pictureTexts } from '@neg/core'
import { encodePng } from '@neg/web'
import { useState } from 'preact/hooks'
import { download } from '../lib/download'
import { shareLink } from '../lib/share'
import { draft, settings, toRecipe } from '../state/draft'
import { fail, type Picture } from '../state/run'
import { openFile } from './drop-zone'

/** A file name from a prompt and a seed. */
const nameOf = ({ recipe }: Picture): string =>
  `${
    recipe.prompt
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-|-$/g, '')
      .slice(0, 60) || 'picture'
  }-${recipe.seed}.png`

export function PictureActions({ picture }: { picture: Picture }) {
  const [said, setSaid] = useState('')
  const { record, image } = picture
  const save = async () => {
    if (record && image) download(await encodePng(image, pictureTexts(record)), nameOf(picture))
  }
  const share = async () => {
    // Said whole, so that it is drawn alike with a model that recommends others.
    const { scale, steps } = settings.value
    const link = await shareLink({ scale, steps, ...toRecipe(draft.value) }, location.href)
    try {
      await navigator.clipboard.writeText(link)
      setSaid('Link copied: it carries the recipe.')
    } catch {
      history.replaceState(null, '', link) // no clipboard for this page: the address bar holds it
      setSaid('The address of this page carries the recipe now.')
    }
  }
  return (
    <div class="row wrap actions">
      <button type="button" class="button" disabled={!record} onClick={() => void save().catch(fail)}>
        Download PNG
      </button>
      <button type="button" class="button" onClick={() => void share().catch(fail)}>
        Share link
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
      Open a picture
      <input
        type="file"
        accept="image/png,application/json"
        onChange={(event) => {
          openFile(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
    </label>
  )
}
