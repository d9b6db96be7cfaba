import type { ModelFile } from '../files/model-files'

/** Bytes that are read at a time: of a file on a disk few after a jump over weights, and more of what is read through. */
const leastWindow = 1 << 12
export const mostWindow = 1 << 16
const none = new Uint8Array(0)
const utf8 = new TextDecoder()

/** A field of a protobuf message: its number, wire type, and value (varint, fixed) or extent (length-delimited). */
export interface WireField {
  readonly number: number
  readonly wire: number
  readonly value: number
  /** Where a length-delimited field's content starts and ends in the file. */
  readonly start: number
  readonly end: number
}

/** Thrown by the reader for bytes that are no protobuf; callers name the file. */
export class WireError extends Error {}

/**
 * Walks the fields of a protobuf message in a file without reading what is skipped: a 2 GB model's header costs a few
 * hundred kilobytes.
 */
export class WireReader {
  #buffer: Uint8Array = none
  #from = 0
  readonly #least: number
  #window: number

  constructor(readonly file: ModelFile) {
    this.#least = file.path === undefined ? mostWindow : leastWindow
    this.#window = this.#least
  }

  /** Whether the window holds [at, at + count), or all there is of it. */
  #holds(at: number, count: number): boolean {
    const end = this.#from + this.#buffer.length
    return at >= this.#from && (at + count <= end || end === this.file.size) && at <= end
  }

  async #load(at: number): Promise<void> {
    const onward = at >= this.#from && at <= this.#from + this.#buffer.length
    this.#window = onward ? Math.min(2 * this.#window, mostWindow) : this.#least
    this.#buffer = at < this.file.size ? await this.file.slice(at, Math.min(at + this.#window, this.file.size)) : none
    this.#from = at
  }

  /** A number at `at`, which the window holds. */
  #varint(at: number): [value: number, next: number] {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = this.#buffer[at + i - this.#from]
      if (byte === undefined) throw new WireError(`it ends at byte ${this.file.size}, in the middle of a field`)
      value += (byte & 127) * 2 ** (7 * i)
      if (byte < 128) return [value, at + i + 1]
    }
    throw new WireError(`byte ${at} starts a number of more than ten bytes`)
  }

  /** The fields of the message that lies at [start, end). */
  async *fields(start: number, end: number): AsyncGenerator<WireField> {
    let at = start
    while (at < end) {
      // A field's number and its length or value: two numbers.
      if (!this.#holds(at, 20)) await this.#load(at)
      const [key, afterKey] = this.#varint(at)
      const number = Math.floor(key / 8)
      const wire = key % 8
      if (number === 0) throw new WireError(`byte ${at} starts no field`)
      if (wire === 0) {
        const [value, next] = this.#varint(afterKey)
        yield { number, wire, value, start: afterKey, end: next }
        at = next
      } else if (wire === 1 || wire === 5) {
        at = afterKey + (wire === 1 ? 8 : 4)
        yield { number, wire, value: 0, start: afterKey, end: at }
      } else if (wire === 2) {
        const [length, content] = this.#varint(afterKey)
        at = content + length
        if (at > end) throw new WireError(`it ends at byte ${end}; a field says that it goes on to byte ${at}`)
        yield { number, wire, value: length, start: content, end: at }
      } else {
        throw new WireError(`byte ${at} has wire type ${wire}, which ONNX never writes`)
      }
    }
    if (at > end) throw new WireError(`it ends at byte ${end}, in the middle of a field`)
  }

  /** The bytes of a field; from the window where it holds them. */
  async bytes({ start, end }: Pick<WireField, 'start' | 'end'>): Promise<Uint8Array> {
    const held = start >= this.#from && end <= this.#from + this.#buffer.length
    return held ? this.#buffer.subarray(start - this.#from, end - this.#from) : this.file.slice(start, end)
  }

  async text(field: WireField): Promise<string> {
    const { start, end } = field
    if (end - start > 1 << 20) throw new WireError(`byte ${start} starts a name of ${end - start} bytes`)
    return utf8.decode(await this.bytes(field))
  }
}
