import type { Descriptor, FieldType, Message } from './descriptor'

const utf8 = new TextEncoder()

function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}

const tag = (number: number, wire: number) => varint(number * 8 + wire)

function scalar(type: FieldType, value: unknown): Uint8Array {
  if (type === 'float') return new Uint8Array(Float32Array.of(value as number).buffer)
  if (type === 'double') return new Uint8Array(Float64Array.of(value as number).buffer)
  return varint(type === 'bool' ? Number(value) : (value as number))
}

const wireOf = (type: FieldType) => (type === 'float' ? 5 : type === 'double' ? 1 : 0)

function lengthDelimited(number: number, chunks: readonly Uint8Array[], out: Uint8Array[]): void {
  out.push(tag(number, 2), varint(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)), ...chunks)
}

/** A message's bytes as chunks; big byte fields are not copied. Absent fields and proto3's defaults take no bytes. */
function chunksOf(descriptor: Descriptor, message: Readonly<Record<string, unknown>>): Uint8Array[] {
  const out: Uint8Array[] = []
  for (const [name, [number, type, repeated]] of Object.entries(descriptor)) {
    const given = message[name]
    if (given === undefined) continue
    const values = repeated ? (given as readonly unknown[]) : [given]
    const packed = repeated && (type === 'int64' || type === 'bool' || type === 'float' || type === 'double')
    if (packed) {
      if (values.length > 0)
        lengthDelimited(
          number,
          values.map((value) => scalar(type, value)),
          out,
        )
      continue
    }
    for (const value of values) {
      if (type === 'string') {
        if (repeated || value !== '') lengthDelimited(number, [utf8.encode(value as string)], out)
      } else if (type === 'bytes') lengthDelimited(number, [value as Uint8Array], out)
      else if (typeof type === 'object') lengthDelimited(number, chunksOf(type, value as Record<string, unknown>), out)
      else if (value !== 0 && value !== false) out.push(tag(number, wireOf(type)), scalar(type, value))
    }
  }
  return out
}

/** A message as protobuf writes it. */
export function encodeMessage<D extends Descriptor>(descriptor: D, message: Partial<Message<D>>): Uint8Array {
  const chunks = chunksOf(descriptor, message)
  const bytes = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}
