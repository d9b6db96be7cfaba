import * as z from 'zod'

/** Float32 values, little-endian: in place when small, else under an address below the job's. */
export const payloadSchema = z.union([
  z.object({ data: z.string().describe('base64') }),
  z.object({ url: z.string(), bytes: z.number().int() }),
])

export type Payload = z.infer<typeof payloadSchema>

/** The most bytes that are put in place. */
export const inlineLimit = 65_536

/** Little-endian bytes of float32 values, whatever this machine's own order. */
export function floatBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(4 * values.length)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i], true)
  return bytes
}

/** The values of little-endian float32 bytes. */
export function bytesToFloats(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: bytes.byteLength >> 2 }, (_, i) => view.getFloat32(4 * i, true))
}

/** base64, in pieces: an argument list has a limit. */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let from = 0; from < bytes.length; from += 8192) {
    text += String.fromCharCode(...bytes.subarray(from, from + 8192))
  }
  return btoa(text)
}

/** @throws if `text` is not base64. */
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
