import { encodePng, readImage } from '@neg/web'
import { cover } from '../lib/cover'
import { draft, edit, settings } from './draft'
import { keepInput } from './inputs'

/**
 * Begins the next pictures with one: cut to the aspect that is drawn, resized, kept. @throws `image-malformed`, `storage-full`
 */
export async function beginWith(file: Blob): Promise<void> {
  const { width, height } = settings.value
  const pixels = cover(await readImage(file), width || 512, height || 512)
  const sha256 = await keepInput(await encodePng(pixels))
  const { strength = 0.8 } = draft.value.image ?? {}
  edit({ image: { sha256, strength } })
}
