import { readFile } from 'node:fs/promises'
import { NegError, type Pixels, readPngText } from '@neg/core'
import { importSharp } from './import-sharp'

const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e

async function contentOf(source: string | Uint8Array): Promise<Uint8Array> {
  if (typeof source !== 'string') return source
  try {
    return await readFile(source)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new NegError(
      'image-missing',
      code === 'ENOENT' ? `There is no picture ${source}.` : `The picture ${source} can't be read: ${message}.`,
      { cause, where: source },
    )
  }
}

/**
 * A picture as 8-bit sRGB with alpha, turned upright by its EXIF orientation.
 *
 * @param source path, or a file's content: PNG, JPEG, WebP, AVIF, GIF (first frame), TIFF
 * @throws `image-missing`; `image-malformed` for what is no picture, or a PNG that was cut short or changed
 */
export async function readImage(source: string | Uint8Array): Promise<Pixels> {
  const bytes = await contentOf(source)
  const label = typeof source === 'string' ? source : 'The picture'
  // Checks the whole file: decoders take a PNG whose end is missing for one with black rows.
  if (isPng(bytes)) readPngText(bytes)
  const sharp = await importSharp()
  try {
    const { data, info } = await sharp(bytes)
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return {
      width: info.width,
      height: info.height,
      data: new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength),
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new NegError('image-malformed', `${label} can't be decoded: ${reason}.`, {
      cause,
      ...(typeof source === 'string' ? { where: source } : {}),
    })
  }
}
