import { NegError } from '@neg/core'

/** Texts as a BYTES tensor: each a 4-byte little-endian length and its UTF-8. */
export function encodeTexts(texts: readonly string[]): Uint8Array {
  const encoded = texts.map((text) => new TextEncoder().encode(text))
  const bytes = new Uint8Array(encoded.reduce((sum, { length }) => sum + 4 + length, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const text of encoded) {
    view.setUint32(at, text.length, true)
    bytes.set(text, at + 4)
    at += 4 + text.length
  }
  return bytes
}

/** The texts of a BYTES tensor. @throws `remote-malformed` when lengths and bytes disagree, or it is not UTF-8 */
export function decodeTexts(bytes: Uint8Array, name: string): string[] {
  const malformed = (cause?: unknown) =>
    new NegError('remote-malformed', `'${name}' is no BYTES tensor of UTF-8 texts, each after its 4-byte length.`, {
      cause,
      where: name,
    })
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const texts: string[] = []
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) throw malformed()
    const length = view.getUint32(at, true)
    if (length > bytes.length - at - 4) throw malformed()
    try {
      texts.push(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at + 4, at + 4 + length)))
    } catch (cause) {
      throw malformed(cause)
    }
    at += 4 + length
  }
  return texts
}
