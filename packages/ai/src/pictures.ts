import { type NamedImage, NegError, type Pixels, pictureTexts, type RunRecord } from '@neg/core'
import { send } from '@neg/core/internal'
import { fromBase64 } from '@neg/remote/wire'
import type { File } from './image-model'

/** A picture's file as it was handed in. */
export interface InputFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly type: string
}

function decodeBase64(text: string, where: string): Uint8Array {
  try {
    return fromBase64(text)
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
  const lost = (cause: unknown): never => {
    signal?.throwIfAborted()
    throw new NegError('download-failed', `The picture ${url} can't be fetched: ${(cause as Error).message}.`, {
      where,
      cause,
    })
  }
  const answer = await send(url, {}, { timeout: 60_000, limits: 'silence', signal }).catch(lost)
  if (!answer.ok) {
    await answer.body?.cancel()
    throw new NegError('download-failed', `The picture ${url} can't be fetched: HTTP ${answer.status}.`, { where })
  }
  const type = answer.headers.get('content-type') ?? 'image/png'
  return { given: new Uint8Array(await answer.arrayBuffer().catch(lost)), type }
}

/** @param where `prompt.images[0]`, for messages */
export async function loadFile(file: File, where: string, signal?: AbortSignal): Promise<InputFile> {
  const { given, type } =
    file.type === 'url' ? await download(file.url, where, signal) : { given: file.data, type: file.mediaType }
  return { bytes: new Uint8Array(typeof given === 'string' ? decodeBase64(given, where) : given), type }
}

const isNode = typeof process !== 'undefined' && process.versions?.node !== undefined

/** Its pixels, and the name that recipes have for it. @throws `image-malformed` */
export async function decode({ bytes, type }: InputFile): Promise<NamedImage> {
  const { inputImage } = await import('#pictures')
  return inputImage(isNode ? bytes : new Blob([bytes], { type }))
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
