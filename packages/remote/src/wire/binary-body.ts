import { NegError } from '@neg/core'
import { deepestJson, nestsDeeper } from './json-depth'

/** How long the JSON part of a binary body is: the header of the protocol's binary extension. */
export const headerLengthName = 'inference-header-content-length'

/** A body of the binary extension: JSON, then each tensor's raw bytes in the order in which the JSON names them. */
export function joinBody(
  head: unknown,
  parts: readonly Uint8Array[],
): { readonly body: Uint8Array<ArrayBuffer>; readonly headerLength: number } {
  const json = new TextEncoder().encode(JSON.stringify(head))
  const body = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, json.byteLength))
  body.set(json)
  let at = json.byteLength
  for (const part of parts) {
    body.set(part, at)
    at += part.byteLength
  }
  return { body, headerLength: json.byteLength }
}

/**
 * Takes a body apart. Without a header length the whole body is JSON.
 *
 * @param mostHead Bytes that the JSON before raw tensors may have; it holds names and shapes. Default any number
 * @throws `remote-malformed` when the length is no length within the body, or the JSON is none, too long or too deep
 */
export function splitBody(
  body: Uint8Array,
  headerLength: string | null | undefined,
  mostHead = Number.POSITIVE_INFINITY,
): { readonly head: unknown; readonly raw: Uint8Array } {
  const length = headerLength === null || headerLength === undefined ? body.byteLength : wholeNumber(headerLength)
  if (!(length > 0 && length <= body.byteLength)) {
    throw new NegError(
      'remote-malformed',
      `${headerLengthName} is '${headerLength ?? ''}', but the body has ${body.byteLength} bytes; it must be a whole number from 1 to that.`,
      { where: headerLengthName },
    )
  }
  if (length < body.byteLength && length > mostHead) {
    throw new NegError(
      'remote-malformed',
      `The JSON before the raw tensors has ${length} bytes; at most ${mostHead} are taken.`,
      { where: headerLengthName },
    )
  }
  const json = body.subarray(0, length)
  if (nestsDeeper(json)) {
    throw new NegError('remote-malformed', `The body's JSON nests deeper than ${deepestJson} levels.`)
  }
  const text = new TextDecoder().decode(json)
  try {
    return { head: JSON.parse(text), raw: body.subarray(length) }
  } catch (cause) {
    throw new NegError('remote-malformed', `The body's JSON cannot be read: ${text.slice(0, 200)}`, { cause })
  }
}

const wholeNumber = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN)

/** Hands out consecutive pieces of the raw part. */
export class RawReader {
  private at = 0

  constructor(private readonly raw: Uint8Array) {}

  /** @throws `remote-malformed` when fewer bytes are left */
  take(size: number, name: string): Uint8Array {
    const left = this.raw.byteLength - this.at
    if (!Number.isSafeInteger(size) || size < 0 || size > left) {
      throw new NegError('remote-malformed', `'${name}' says it has ${size} bytes; ${left} are left in the body.`, {
        where: name,
      })
    }
    this.at += size
    return this.raw.subarray(this.at - size, this.at)
  }

  /** @throws `remote-malformed` when bytes are left over */
  end(): void {
    const left = this.raw.byteLength - this.at
    if (left > 0) throw new NegError('remote-malformed', `The body has ${left} bytes more than its tensors take.`)
  }
}
