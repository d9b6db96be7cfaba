import { encodePng, readImage } from '@neg/web'
import { isEdit } from '../lib/spec'
import { draft, edit } from './draft'
import { keepInput } from './inputs'

/** What a neg server takes, too. */
const types = ['image/png', 'image/jpeg', 'image/webp']

/**
 * A picture that something is to be taken out of: kept as the file that it is, so that the record's name of it is the file's.
 * @throws `image-malformed`, `storage-full`
 */
export async function editPhoto(file: Blob): Promise<void> {
  const pixels = await readImage(file)
  const sha256 = await keepInput(types.includes(file.type) ? file : await encodePng(pixels))
  const now = draft.value
  // One that a loaded recipe names and that was missing: now it is here.
  if (now.image?.sha256 === sha256 && isEdit(now)) edit({ image: { ...now.image } })
  else
    edit({
      image: { sha256, inversion: {}, find: {} },
      // What it shows nobody has to say; what the page said was of another picture.
      ...(isEdit(now) ? {} : { prompt: '' }),
      width: undefined,
      height: undefined,
    })
}
