import { NegError, type Pixels } from '@neg/core'

/**
 * An image file as 8-bit sRGB pixels. Colour profiles and transparency are as the browser's canvas gives them.
 * @throws `image-malformed`
 */
export async function readImage(file: Blob): Promise<Pixels> {
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(file, { premultiplyAlpha: 'none' })
  } catch (cause) {
    throw new NegError('image-malformed', `The file is no image that this browser can read: ${cause}.`, { cause })
  }
  const { width, height } = bitmap
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context?.drawImage(bitmap, 0, 0)
  bitmap.close()
  const data = context?.getImageData(0, 0, width, height).data
  if (!data) throw new NegError('internal', 'The browser gave no canvas to read pixels with.')
  return { width, height, data }
}
