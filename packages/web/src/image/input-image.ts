import type { NamedImage } from '@neg/core'
import { bytesDigest } from '@neg/onnx/internal'
import { readImage } from './read-image'

/**
 * A picture to begin from, or a mask, with the name that recipes have for it: the SHA-256 of its file.
 *
 * @example
 * const photo = await inputImage(picker.files[0])
 * generate(model, { prompt: 'a crown', image: { sha256: photo.sha256 } }, { images: [photo] })
 *
 * @throws `image-malformed`
 */
export async function inputImage(file: Blob): Promise<NamedImage> {
  const [pixels, bytes] = await Promise.all([readImage(file), file.arrayBuffer()])
  return { sha256: bytesDigest(new Uint8Array(bytes)), pixels }
}
