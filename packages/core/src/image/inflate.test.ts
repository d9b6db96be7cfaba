import { constants, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inflate } from './inflate'

const strategies = [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE]
const content = fc.oneof(
  fc.uint8Array({ maxLength: 3000 }),
  fc
    .array(fc.constantFrom('a', 'queen', ' ', ', '), { maxLength: 2000 })
    .map((words) => new TextEncoder().encode(words.join(''))),
)

test('gives what zlib deflated, at every level and strategy', () => {
  fc.assert(
    fc.property(content, fc.integer({ min: 0, max: 9 }), fc.constantFrom(...strategies), (bytes, level, strategy) => {
      expect(Buffer.compare(inflate(new Uint8Array(deflateSync(bytes, { level, strategy })), 1e6), bytes)).toBe(0)
    }),
    { numRuns: 200 },
  )
})

test('a stream that is cut, changed or too long is refused, and nothing else happens', () => {
  const bytes = new TextEncoder().encode('a queen, a queen and a hat; '.repeat(50))
  const whole = new Uint8Array(deflateSync(bytes))
  expect(() => inflate(whole, bytes.length - 1)).toThrow(/more than/)
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
      expect(() => inflate(whole.subarray(0, at), 1e6)).toThrow(RangeError)
      if (byte === 0) return
      const changed = whole.slice()
      changed[at] ^= byte
      try {
        // What is not checked are the first two bytes' level bits.
        expect(Buffer.compare(inflate(changed, 1e6), bytes)).toBe(0)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})
