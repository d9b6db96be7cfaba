import { createHash } from 'node:crypto'
import type { NamedImage, Pixels } from '@neg/core'
import { contentOf, type ReadImageOptions, readImage } from './read-image'
import { writePng } from './write-image'

/**
 * A picture to begin from, or a mask, with the name that recipes have for it: the SHA-256 of its file.
 *
 * @example
 * const photo = await inputImage('photo.jpg')
 * const mask = await inputImage('mask.png')
 * const recipe = { prompt: 'a crown', image: { sha256: photo.sha256, mask: mask.sha256 } }
 * generate(model, recipe, { images: [photo, mask] })
 *
 * @param source path, a file's content (PNG, JPEG, WebP, AVIF, GIF, TIFF), or pixels: these are named by the file that `writePng` makes of them
 * @throws as `readImage`: `image-missing`, `image-malformed`, `limit-exceeded`
 */
export async function inputImage(
  source: string | Uint8Array | Pixels,
  options: ReadImageOptions = {},
): Promise<NamedImage> {
  const drawn = typeof source !== 'string' && 'width' in source
  const bytes = drawn ? await writePng(source) : await contentOf(source)
  const pixels = drawn ? source : await readImage(bytes, options)
  return { sha256: createHash('sha256').update(bytes).digest('hex'), pixels }
}
