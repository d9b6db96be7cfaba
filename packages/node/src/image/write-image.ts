import { NegError, type Pixels, writePngText } from '@neg/core'
import { importSharp } from './import-sharp'

function isOpaque(data: Pixels['data']): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false
  return true
}

async function start({ width, height, data }: Pixels) {
  if (data.length !== width * height * 4 || data.length === 0) {
    throw new NegError(
      'option-invalid',
      `A picture of ${width} × ${height} has ${width * height * 4} bytes; got ${data.length}.`,
    )
  }
  const sharp = await importSharp()
  const image = sharp(data, { raw: { width, height, channels: 4 } })
  return isOpaque(data) ? image.removeAlpha() : image
}

/**
 * A picture as a PNG file; without alpha where every pixel is opaque. Equal input gives equal bytes.
 *
 * @param options.text texts to carry, by keyword: `neg` (the record, as JSON), `parameters` (as other tools write it)
 */
export async function writePng(
  pixels: Pixels,
  options: { readonly text?: Readonly<Record<string, string>> } = {},
): Promise<Uint8Array> {
  const image = await start(pixels)
  const bytes = new Uint8Array(await image.png({ compressionLevel: 6, adaptiveFiltering: false }).toBuffer())
  return options.text ? writePngText(bytes, options.text) : bytes
}

/**
 * A picture as a WebP file.
 *
 * @param options.quality 1 to 100; default lossless
 */
export async function writeWebp(pixels: Pixels, options: { readonly quality?: number } = {}): Promise<Uint8Array> {
  const { quality } = options
  const image = await start(pixels)
  return new Uint8Array(await image.webp(quality === undefined ? { lossless: true } : { quality }).toBuffer())
}
