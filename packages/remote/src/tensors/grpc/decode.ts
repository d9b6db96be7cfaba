import { NegError } from '@neg/core'
import type { Descriptor, FieldType, Message } from './descriptor'

const malformed = () => new NegError('remote-malformed', 'The server answered a gRPC message that ends too early.')

class Reader {
  at = 0
  private readonly view: DataView

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get done(): boolean {
    return this.at >= this.bytes.byteLength
  }

  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.done) throw malformed()
      const byte = this.bytes[this.at++]
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    throw malformed()
  }

  take(size: number): Uint8Array {
    if (size > this.bytes.byteLength - this.at) throw malformed()
    this.at += size
    return this.bytes.subarray(this.at - size, this.at)
  }

  delimited(): Uint8Array {
    return this.take(Number(this.varint()))
  }

  float(): number {
    this.take(4)
    return this.view.getFloat32(this.at - 4, true)
  }

  double(): number {
    this.take(8)
    return this.view.getFloat64(this.at - 8, true)
  }

  skip(wire: number): void {
    if (wire === 0) this.varint()
    else if (wire === 1) this.take(8)
    else if (wire === 2) this.delimited()
    else if (wire === 5) this.take(4)
    else throw malformed()
  }
}

function number(type: FieldType, reader: Reader): number | boolean {
  if (type === 'float') return reader.float()
  if (type === 'double') return reader.double()
  const value = reader.varint()
  return type === 'bool' ? value !== 0n : Number(BigInt.asIntN(64, value))
}

function initial(type: FieldType): unknown {
  if (type === 'string') return ''
  if (type === 'bytes') return new Uint8Array()
  if (type === 'bool') return false
  return typeof type === 'object' ? decodeMessage(type, new Uint8Array()) : 0
}

/** Reads a message; fields that the descriptor does not name are skipped. @throws `remote-malformed` */
export function decodeMessage<D extends Descriptor>(descriptor: D, bytes: Uint8Array): Message<D> {
  const names = new Map(Object.entries(descriptor).map(([name, field]) => [field[0], [name, field] as const]))
  const message: Record<string, unknown> = {}
  for (const [name, [, type, repeated]] of Object.entries(descriptor)) message[name] = repeated ? [] : initial(type)
  const reader = new Reader(bytes)
  while (!reader.done) {
    const tag = Number(reader.varint())
    const [name, field] = names.get(tag >>> 3) ?? []
    const wire = tag & 7
    if (name === undefined || field === undefined) {
      reader.skip(wire)
      continue
    }
    const [, type, repeated] = field
    const put = (value: unknown) => {
      if (repeated) (message[name] as unknown[]).push(value)
      else message[name] = value
    }
    if (type === 'string') put(new TextDecoder().decode(reader.delimited()))
    else if (type === 'bytes') put(reader.delimited())
    else if (typeof type === 'object') put(decodeMessage(type, reader.delimited()))
    else if (wire === 2) {
      const packed = new Reader(reader.delimited())
      while (!packed.done) put(number(type, packed))
    } else put(number(type, reader))
  }
  return message as Message<D>
}
