import { NegError } from '@neg/core'

export interface PictureSize {
  readonly width: number
  readonly height: number
}

const text = (bytes: Uint8Array, from: number, to: number) => String.fromCharCode(...bytes.subarray(from, to))

/** PNG specification, 11.2.1: the header is the first chunk. */
function png(view: DataView): PictureSize | undefined {
  return view.byteLength >= 24 ? { width: view.getUint32(16), height: view.getUint32(20) } : undefined
}

/** JPEG (ITU T.81, B.2.2): the first frame header, whatever segments come before it. */
function jpeg(view: DataView): PictureSize | undefined {
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (frame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** WebP container (RFC 9649): extended, lossless or lossy. */
function webp(bytes: Uint8Array, view: DataView): PictureSize | undefined {
  if (bytes.length < 30) return undefined
  const kind = text(bytes, 12, 16)
  const three = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
  if (kind === 'VP8X') return { width: three(24) + 1, height: three(27) + 1 }
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (kind === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  return undefined
}

/**
 * Width and height that a PNG, JPEG or WebP says it has, from its header: known before a decoder reserves anything.
 * @throws `image-malformed`
 */
export function pictureSize(bytes: Uint8Array): PictureSize {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size =
    text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n'
      ? png(view)
      : bytes[0] === 0xff && bytes[1] === 0xd8
        ? jpeg(view)
        : text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP'
          ? webp(bytes, view)
          : undefined
  if (size && size.width > 0 && size.height > 0) return size
  throw new NegError('image-malformed', 'The file is no PNG, JPEG or WebP with a size in its header.')
}
