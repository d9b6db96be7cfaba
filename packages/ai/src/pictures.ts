import { NegError, type Pixels, pictureTexts, type RunRecord } from '@neg/core'
import type { File } from './image-model'

/** A picture as it was handed in, and its SHA-256, which recipes name it by. */
export interface InputFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
  readonly sha256: string
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

function decodeBase64(text: string, where: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch (cause) {
    throw new NegError('image-malformed', 'The picture is text that is no base64.', { where, cause })
  }
}

async function download(
  url: string,
  where: string,
  signal?: AbortSignal,
): Promise<{ given: Uint8Array; type: string }> {
  if (!/^(https?|data):/.test(url)) {
    throw new NegError('option-invalid', `'${url}' is no address of a picture; expected http(s):// or data:.`, {
      where,
    })
  }
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw new NegError('download-failed', `The picture ${url} can't be fetched: ${String(cause)}.`, { where, cause })
  })
  if (!answer.ok) {
    throw new NegError('download-failed', `The picture ${url} can't be fetched: HTTP ${answer.status}.`, { where })
  }
  const type = answer.headers.get('content-type') ?? 'image/png'
  return { given: new Uint8Array(await answer.arrayBuffer()), type }
}

/** @param where `prompt.images[0]`, for messages */
export async function loadFile(file: File, where: string, signal?: AbortSignal): Promise<InputFile> {
  const { given, type } =
    file.type === 'url' ? await download(file.url, where, signal) : { given: file.data, type: file.mediaType }
  const bytes = new Uint8Array(typeof given === 'string' ? decodeBase64(given, where) : given)
  const sha256 = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
  return { bytes, type, sha256 }
}

const isNode = typeof process !== 'undefined' && process.versions?.node !== undefined

/** @throws `image-malformed` */
export async function decode({ bytes, type }: InputFile): Promise<Pixels> {
  const { readImage } = await import('#pictures')
  return readImage(isNode ? bytes : new Blob([bytes], { type }))
}

/** A PNG file, which carries the record where there is one. */
export async function encode(image: Pixels, record?: RunRecord): Promise<Uint8Array> {
  const { writePng, encodePng } = await import('#pictures')
  const text = record ? pictureTexts(record) : {}
  if (writePng) return writePng(image, { text })
  return new Uint8Array(await (await encodePng(image, text)).arrayBuffer())
}

/**
 * A mask as neg reads it: white is drawn anew. One with transparency means its transparent part, as OpenAI's do; an opaque one is
 * taken as it is.
 */
export function maskOf(mask: Pixels): Pixels {
  const { data } = mask
  let transparent = false
  for (let i = 3; i < data.length && !transparent; i += 4) transparent = data[i] < 255
  if (!transparent) return mask
  const white = new Uint8ClampedArray(data.length)
  for (let i = 0; i < data.length; i += 4) {
    white.fill(255 - data[i + 3], i, i + 3)
    white[i + 3] = 255
  }
  return { ...mask, data: white }
}
