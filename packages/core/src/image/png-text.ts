import { NegError } from '../errors/neg-error'
import { inflate } from './inflate'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff
  for (const byte of bytes) c = crcTable[(c ^ byte) & 255] ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
  /** Where the whole chunk lies in the file. */
  readonly start: number
  readonly end: number
}

const malformed = (why: string) => new NegError('image-malformed', `This is not a whole PNG file: ${why}.`)

const block = 8192

/** Bytes as the characters U+0000 to U+00FF. */
function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += block) text += String.fromCharCode(...bytes.subarray(at, at + block))
  return text
}

/** The other way; undefined for a text with other characters. */
function toLatin1(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 255) return undefined
    bytes[i] = unit
  }
  return bytes
}

/** Chunks of a file, at most: pictures have some thousands, of some kB each; a million empty ones would only cost memory. */
const mostChunks = 65_536

/** Every chunk, checked against its checksum. */
function chunksOf(bytes: Uint8Array): Chunk[] {
  if (signature.some((byte, i) => bytes[i] !== byte)) throw malformed('it does not start with the PNG signature')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks: Chunk[] = []
  let at = signature.length
  while (chunks[chunks.length - 1]?.type !== 'IEND') {
    if (chunks.length === mostChunks) throw malformed(`it has more than ${mostChunks} chunks`)
    if (at + 12 > bytes.length) throw malformed(`it ends at byte ${bytes.length}, before its IEND chunk`)
    const length = view.getUint32(at)
    const end = at + 12 + length
    const type = String.fromCharCode(bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7])
    if (end > bytes.length) throw malformed(`it ends at byte ${bytes.length}, inside a ${type} chunk`)
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw malformed(`the checksum of its ${type} chunk at byte ${at} is wrong`)
    }
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), start: at, end })
    at = end
  }
  if (chunks[0].type !== 'IHDR') throw malformed('its first chunk is no IHDR')
  return chunks
}

const textTypes = new Set(['tEXt', 'zTXt', 'iTXt'])

/** The keyword of a text chunk; undefined for any other chunk. */
function keywordOf({ type, data }: Chunk): string | undefined {
  const end = textTypes.has(type) ? data.indexOf(0) : -1
  return end < 1 ? undefined : latin1(data.subarray(0, end))
}

/** The most bytes that a compressed text may hold. */
const mostText = 2 ** 24

function inflated(data: Uint8Array, keyword: string): Uint8Array {
  try {
    return inflate(data, mostText)
  } catch (error) {
    throw malformed(`its text '${keyword}' cannot be inflated: ${(error as Error).message}`)
  }
}

/** Keyword and text of a text chunk; undefined for any other chunk. */
function textOf(chunk: Chunk): [keyword: string, text: string] | undefined {
  const keyword = keywordOf(chunk)
  if (keyword === undefined) return undefined
  const { type, data } = chunk
  const end = keyword.length
  if (type === 'tEXt') return [keyword, latin1(data.subarray(end + 1))]
  // keyword 0 method data
  if (type === 'zTXt')
    return data[end + 1] === 0 ? [keyword, latin1(inflated(data.subarray(end + 2), keyword))] : undefined
  // keyword 0 compressed method language 0 translated-keyword 0 text
  const language = data.indexOf(0, end + 3)
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1)
  if (translated < 0) return undefined
  const content = data.subarray(translated + 1)
  if (data[end + 1] === 0) return [keyword, new TextDecoder().decode(content)]
  return data[end + 2] === 0 ? [keyword, new TextDecoder().decode(inflated(content, keyword))] : undefined
}

/**
 * The texts that a PNG file carries, by keyword (`tEXt`, `zTXt` and `iTXt`, compressed or not, 16 MiB each at most).
 * @throws `image-malformed` for a wrong signature, a wrong checksum, a file that ends early or a text that cannot be inflated
 */
export const readPngText = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(
    chunksOf(bytes)
      .map(textOf)
      .filter((pair) => pair !== undefined),
  )

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  bytes.set(data, 8)
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, bytes.length - 4)))
  return bytes
}

function textChunk(keyword: string, text: string): Uint8Array {
  const key = /^[\x20-\x7e\xa1-\xff]{1,79}$/.test(keyword) ? toLatin1(keyword) : undefined
  if (!key) {
    throw new NegError('option-invalid', `'${keyword}' can't be a PNG keyword: 1 to 79 Latin-1 characters are.`)
  }
  const plain = toLatin1(text)
  // iTXt has, between keyword and text: end, not compressed, method, no language, no translated keyword.
  const head = plain ? 1 : 5
  const content = plain ?? new TextEncoder().encode(text)
  const data = new Uint8Array(key.length + head + content.length)
  data.set(key)
  data.set(content, key.length + head)
  return chunk(plain ? 'tEXt' : 'iTXt', data)
}

/**
 * A PNG file with texts in it, by keyword: after the header, as Latin-1 (`tEXt`) or else UTF-8 (`iTXt`). A text that the
 * file has under the same keyword is replaced. Equal input gives equal bytes.
 * @throws `image-malformed` as `readPngText`; `option-invalid` for what can't be a keyword
 */
export function writePngText(bytes: Uint8Array, texts: Readonly<Record<string, string>>): Uint8Array {
  const chunks = chunksOf(bytes)
  const kept = chunks.slice(1).filter((old) => {
    const keyword = keywordOf(old)
    return keyword === undefined || !Object.hasOwn(texts, keyword)
  })
  const pieces = [
    bytes.subarray(0, chunks[0].end),
    ...Object.entries(texts).map(([keyword, text]) => textChunk(keyword, text)),
    ...kept.map(({ start, end }) => bytes.subarray(start, end)),
  ]
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
