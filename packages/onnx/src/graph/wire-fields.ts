import { WireError } from './wire-reader'

/** A field of a message in memory; `bytes` is a length-delimited field's content, `value` a varint's. */
export interface MemoryField {
  readonly number: number
  readonly value: number
  readonly bytes: Uint8Array
  /** Where the content starts in the message. */
  readonly at: number
  /** The whole field, its number included: [start, end) of the message. */
  readonly start: number
  readonly end: number
}

const none = new Uint8Array(0)

/** The fields of a message that is in memory, in order. @throws WireError where it is no protobuf */
export function* wireFields(message: Uint8Array): Generator<MemoryField> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let i = 0; i < 10; i++) {
      if (at >= message.length) throw new WireError('a message ends in the middle of a field')
      const byte = message[at++]
      value += (byte & 127) * 2 ** (7 * i)
      if (byte < 128) return value
    }
    throw new WireError('a message has a number of more than ten bytes')
  }
  while (at < message.length) {
    const start = at
    const key = varint()
    const number = Math.floor(key / 8)
    const wire = key % 8
    if (wire === 0) {
      const content = at
      const value = varint()
      yield { number, value, bytes: none, at: content, start, end: at }
      continue
    }
    const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : -1
    if (number === 0 || length < 0 || at + length > message.length) throw new WireError('a message is malformed')
    const content = at
    at += length
    yield { number, value: length, bytes: message.subarray(content, at), at: content, start, end: at }
  }
}

/** The product of the numbers of a packed field. */
export function packedProduct(bytes: Uint8Array): number {
  let product = 1
  let value = 0
  let bits = 0
  for (const byte of bytes) {
    value += (byte & 127) * 2 ** bits
    bits += 7
    if (byte > 127) continue
    product *= value
    value = 0
    bits = 0
  }
  return product
}
