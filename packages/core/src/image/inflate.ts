/** Base lengths and distances of deflate's codes, and their extra bits (RFC 1951, 3.2.5). */
const lengths = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const distances = Array.from({ length: 30 }, (_, i) => (i < 4 ? i + 1 : ((2 + (i & 1)) << ((i >> 1) - 1)) + 1))
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** A canonical Huffman code: how many codes there are of each length, and the symbols in order. */
interface Code {
  readonly counts: Uint16Array
  readonly symbols: Uint16Array
}

function codeOf(bits: readonly number[]): Code {
  const counts = new Uint16Array(16)
  for (const length of bits) counts[length]++
  counts[0] = 0
  const offsets = new Uint16Array(16)
  for (let i = 1; i < 15; i++) offsets[i + 1] = offsets[i] + counts[i]
  const symbols = new Uint16Array(bits.length)
  bits.forEach((length, symbol) => {
    if (length > 0) symbols[offsets[length]++] = symbol
  })
  return { counts, symbols }
}

const fixedLengths = codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8)))
const fixedDistances = codeOf(new Array<number>(30).fill(5))

/**
 * The content of a zlib stream (RFC 1950), for texts in pictures: platforms inflate asynchronously only.
 * @param most bytes of content at most
 * @throws `RangeError` where the stream is none, ends early, fails its checksum or holds more
 */
export function inflate(bytes: Uint8Array, most: number): Uint8Array {
  const fail = (why: string): never => {
    throw new RangeError(why)
  }
  if (bytes.length < 6 || (bytes[0] & 15) !== 8 || (bytes[0] * 256 + bytes[1]) % 31 !== 0 || bytes[1] & 32) {
    fail('it is no zlib stream')
  }
  let out = new Uint8Array(Math.min(most, Math.max(64, bytes.length * 4)))
  let size = 0
  let at = 2
  let held = 0
  let count = 0

  const take = (wanted: number): number => {
    while (count < wanted) {
      if (at >= bytes.length) fail('it ends early')
      held |= bytes[at++] << count
      count += 8
    }
    const value = held & ((1 << wanted) - 1)
    held >>>= wanted
    count -= wanted
    return value
  }
  const symbol = ({ counts, symbols }: Code): number => {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; length < 16; length++) {
      code |= take(1)
      const here = counts[length]
      if (code - first < here) return symbols[index + code - first]
      index += here
      first = (first + here) << 1
      code <<= 1
    }
    return fail('a code is not in its table')
  }
  const push = (byte: number) => {
    if (size === most) fail(`it holds more than ${most} bytes`)
    if (size === out.length) {
      const larger = new Uint8Array(Math.min(most, out.length * 2))
      larger.set(out)
      out = larger
    }
    out[size++] = byte
  }
  const copied = (lengthCode: Code, distanceCode: Code) => {
    for (;;) {
      const found = symbol(lengthCode)
      if (found < 256) push(found)
      else if (found === 256) return
      else {
        const kind = found - 257
        if (kind >= lengths.length) fail('a length is none')
        const length = lengths[kind] + take(lengthBits[kind])
        const far = symbol(distanceCode)
        if (far >= distances.length) fail('a distance is none')
        const distance = distances[far] + take(far < 4 ? 0 : (far >> 1) - 1)
        if (distance > size) fail('a distance reaches before the beginning')
        for (let i = 0; i < length; i++) push(out[size - distance])
      }
    }
  }
  const stored = () => {
    held = 0
    count = 0
    const length = take(16)
    if (take(16) !== (~length & 0xffff)) fail('a stored length is wrong')
    for (let i = 0; i < length; i++) push(take(8))
  }
  const tables = (): [Code, Code] => {
    const [literals, far, known] = [take(5) + 257, take(5) + 1, take(4) + 4]
    const bits = new Array<number>(19).fill(0)
    for (let i = 0; i < known; i++) bits[order[i]] = take(3)
    const meta = codeOf(bits)
    const all: number[] = []
    while (all.length < literals + far) {
      const found = symbol(meta)
      if (found < 16) all.push(found)
      else {
        if (found === 16 && all.length === 0) fail('a repeat has nothing before it')
        const times = found === 16 ? 3 + take(2) : found === 17 ? 3 + take(3) : 11 + take(7)
        const value = found === 16 ? all[all.length - 1] : 0
        for (let i = 0; i < times; i++) all.push(value)
      }
    }
    if (all.length > literals + far) fail('a table is too long')
    return [codeOf(all.slice(0, literals)), codeOf(all.slice(literals))]
  }

  for (let last = 0; !last; ) {
    last = take(1)
    const kind = take(2)
    if (kind === 0) stored()
    else if (kind === 1) copied(fixedLengths, fixedDistances)
    else if (kind === 2) copied(...tables())
    else fail('a block is of no kind')
  }
  const content = out.subarray(0, size)
  held = 0
  count = 0
  const sum = ((take(8) << 24) | (take(8) << 16) | (take(8) << 8) | take(8)) >>> 0
  if (sum !== adler32(content)) fail('its checksum is wrong')
  return content
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0]
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return ((b << 16) | a) >>> 0
}
