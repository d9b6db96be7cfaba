/** Protobuf's wire format, written: each function gives the bytes of one field. */

const utf8 = new TextEncoder()

function varint(value: number | bigint): number[] {
  // Negative numbers are ten bytes of two's complement.
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return bytes
}

/** Joins messages or fields: repeated fields add up, which is how protobuf merges. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** An integer, boolean or enum. */
export const varintField = (number: number, value: number | bigint): Uint8Array =>
  Uint8Array.from([...varint(number * 8), ...varint(value)])

/** A float32. */
export const floatField = (number: number, value: number): Uint8Array => {
  const bits = new DataView(new ArrayBuffer(4))
  bits.setFloat32(0, value, true)
  return joinBytes([Uint8Array.from(varint(number * 8 + 5)), new Uint8Array(bits.buffer)])
}

/** Bytes, or a message that was already written. */
export const bytesField = (number: number, value: Uint8Array): Uint8Array =>
  joinBytes([Uint8Array.from([...varint(number * 8 + 2), ...varint(value.length)]), value])

export const textField = (number: number, value: string): Uint8Array => bytesField(number, utf8.encode(value))

/** A message from its fields. */
export const messageField = (number: number, ...fields: readonly Uint8Array[]): Uint8Array =>
  bytesField(number, joinBytes(fields))
