import { readFile } from 'node:fs/promises'
import { NegError, type Pixels, readPngText } from '@neg/core'
import { importSharp } from './import-sharp'

const isPng = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e

/** @throws `image-missing` */
export async function contentOf(source: string | Uint8Array): Promise<Uint8Array> {
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

/** What sharp calls the kinds of files that are read. SVG, PDF and what else it may know are programs rather than pictures. */
const formats: Readonly<Record<string, string>> = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  heif: 'AVIF',
  gif: 'GIF',
  tiff: 'TIFF',
}

/** Decoded, these take 256 MiB. */
const mostByDefault = 8192 * 8192

export interface ReadImageOptions {
  /** Width × height up to which a picture is decoded. Default 67 108 864 (8192²). */
  readonly mostPixels?: number
}

const unreadable = (source: string | Uint8Array, cause: unknown) => {
  const label = typeof source === 'string' ? source : 'The picture'
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new NegError('image-malformed', `${label} can't be decoded: ${reason}.`, {
    cause,
    ...(typeof source === 'string' ? { where: source } : {}),
  })
}

async function sizeOf(source: string | Uint8Array, bytes: Uint8Array) {
  const sharp = await importSharp()
  try {
    const { format, autoOrient } = await sharp(bytes).metadata()
    if (!Object.hasOwn(formats, format)) {
      throw new Error(`it is of the kind ${format}; ${Object.values(formats).join(', ')} are read`)
    }
    return { width: autoOrient.width, height: autoOrient.height }
  } catch (cause) {
    throw unreadable(source, cause)
  }
}

/**
 * Width and height of a picture that is upright, from its header: nothing is decoded.
 *
 * @param source as of `readImage`
 * @throws `image-missing`, `image-malformed`
 */
export async function imageSize(
  source: string | Uint8Array,
): Promise<{ readonly width: number; readonly height: number }> {
  return sizeOf(source, await contentOf(source))
}

/**
 * A picture as 8-bit sRGB with alpha, turned upright by its EXIF orientation.
 *
 * @param source path, or a file's content: PNG, JPEG, WebP, AVIF, GIF (first frame), TIFF
 * @throws `image-missing`; `image-malformed` for what is no picture, or a PNG that was cut short or changed;
 *   `limit-exceeded` for one whose header says that it has more pixels than are decoded
 */
export async function readImage(source: string | Uint8Array, options: ReadImageOptions = {}): Promise<Pixels> {
  const { mostPixels = mostByDefault } = options
  const bytes = await contentOf(source)
  const { width, height } = await sizeOf(source, bytes)
  if (width * height > mostPixels) {
    throw new NegError(
      'limit-exceeded',
      `${typeof source === 'string' ? source : 'The picture'} says it has ${width}×${height} pixels; at most ${mostPixels} are decoded.`,
      typeof source === 'string' ? { where: source } : {},
    )
  }
  // Checks the whole file: decoders take a PNG whose end is missing for one with black rows.
  if (isPng(bytes)) readPngText(bytes)
  const sharp = await importSharp()
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: mostPixels })
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
    throw unreadable(source, cause)
  }
}
