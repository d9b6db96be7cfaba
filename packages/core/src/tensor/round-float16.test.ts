import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roundFloat16 } from './float16'

/** Every finite half-precision number from its 16 bits. */
function fromBits(bits: number): number {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}
const finite = Array.from({ length: 0x10000 }, (_, i) => i)
  .filter((bits) => ((bits >> 10) & 31) !== 31)
  .map(fromBits)

describe('roundFloat16', () => {
  it('leaves every half-precision number as it is', () => {
    for (const value of finite) expect(roundFloat16(value)).toBe(value)
  })

  it('rounds to the nearest, ties to even', () => {
    const sorted = [...new Set(finite)].sort((a, b) => a - b)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: sorted.length - 2 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (i, share) => {
          const [below, above] = [sorted[i], sorted[i + 1]]
          const value = Math.fround(below + share * (above - below))
          const rounded = roundFloat16(value)
          const [down, up] = [value - below, above - value]
          if (down !== up) return rounded === (down < up ? below : above)
          const even =
            Math.abs(below / 2 ** -24) % 2 === 0 || Math.abs(below / (above - below)) % 2 === 0 ? below : above
          return rounded === even
        },
      ),
      { seed: 1, numRuns: 2000 },
    )
    expect(roundFloat16(1 + 2 ** -11)).toBe(1)
    expect(roundFloat16(1 + 3 * 2 ** -11)).toBe(1 + 2 ** -9)
  })

  it('overflows to infinity past half an ulp over the largest', () => {
    expect(roundFloat16(65519)).toBe(65504)
    expect(roundFloat16(65520)).toBe(Number.POSITIVE_INFINITY)
    expect(roundFloat16(-1e6)).toBe(Number.NEGATIVE_INFINITY)
  })
})
