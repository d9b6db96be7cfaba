import { NegError } from '@neg/core'
import { deepestJson, nestsDeeper } from '@neg/remote/wire'
import type { AppContext } from './route-group'

const tooLarge = (limit: number) =>
  new NegError('request-too-large', `The body is longer than ${limit} bytes, the most that is taken here.`)

/** A request's bytes, counted while they come. @throws `request-too-large`, before more than `limit` are held. */
export async function readBody(c: AppContext, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(c.req.header('content-length') ?? 0)
  if (announced > limit) throw tooLarge(limit)
  const body = c.req.raw.body
  if (!body) return new Uint8Array(0)
  const pieces: Uint8Array[] = []
  let length = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > limit) {
      reader.cancel().catch(() => {})
      throw tooLarge(limit)
    }
    pieces.push(value)
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** The media type of a request, without parameters, in lower case. */
export const mediaType = (c: AppContext): string =>
  (c.req.header('content-type') ?? '').split(';')[0].trim().toLowerCase()

/**
 * A JSON body. The media type is asked for: a form on a strange page can't send it without the browser asking first.
 * @throws `request-unsupported`, `request-too-large`, `request-invalid`
 */
export async function readJson(c: AppContext, limit: number): Promise<unknown> {
  const type = mediaType(c)
  if (type !== 'application/json') {
    throw new NegError('request-unsupported', `The body’s content-type is '${type}'; expected application/json.`)
  }
  const bytes = await readBody(c, limit)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new NegError('request-invalid', 'The body is no JSON: it is not UTF-8.')
  }
  if (nestsDeeper(bytes)) {
    throw new NegError('request-invalid', `The body nests deeper than ${deepestJson} levels; no request needs that.`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    // Node quotes the text around the mistake, which may be a prompt: the place is enough.
    const place = /position \d+/.exec((error as Error).message)?.[0]
    throw new NegError('request-invalid', `The body is no JSON${place ? ` (at ${place})` : ''}.`)
  }
}
