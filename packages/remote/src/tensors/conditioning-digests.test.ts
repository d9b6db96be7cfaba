import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DigestMemo, digestOf, equalBytes, rowsOf } from './conditioning-digests'

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`
/** The same bytes, `offset` bytes into memory of their own. */
const placed = (bytes: Uint8Array, offset: number) => {
  const memory = new Uint8Array(offset + bytes.byteLength + 3).fill(255)
  memory.set(bytes, offset)
  return memory.subarray(offset, offset + bytes.byteLength)
}
const offset = fc.nat({ max: 5 })

describe('equalBytes', () => {
  it('says whether all bytes agree, wherever both lie and however many they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 33 }), offset, offset, fc.nat(), (bytes, a, b, at) => {
        expect(equalBytes(placed(bytes, a), placed(bytes, b))).toBe(true)
        if (bytes.length === 0) return
        const changed = bytes.slice()
        changed[at % bytes.length] ^= 1 << (at % 8)
        expect(equalBytes(placed(bytes, a), placed(changed, b))).toBe(false)
        expect(equalBytes(placed(bytes, a), placed(bytes.subarray(1), b))).toBe(false)
        expect(equalBytes(placed(bytes.subarray(1), a), placed(bytes, b))).toBe(false)
      }),
      { seed: 1, numRuns: 500 },
    )
  })
})

describe('DigestMemo', () => {
  it('gives the digest of the bytes as they are now, however memory is used again', () => {
    const memo = new DigestMemo()
    const row = Uint8Array.from({ length: 16 }, (_, i) => i)
    const first = memo.of(row)
    expect(first).toBe(sha256(row))
    // A caller may fill the same memory with the next row.
    row[15] = 99
    expect(memo.of(row)).toBe(sha256(row))
    row[15] = 15
    expect(memo.of(row)).toBe(first)
  })

  it('remembers the rows that were seen lately, and so many', () => {
    const memo = new DigestMemo(2)
    const held = () => (memo as unknown as { seen: { row: Uint8Array }[] }).seen.map(({ row }) => row[0])
    for (const value of [1, 2, 3]) memo.of(Uint8Array.of(value))
    expect(held()).toEqual([3, 2])
    memo.of(Uint8Array.of(2))
    expect(held()).toEqual([2, 3])
    expect(memo.of(Uint8Array.of(1))).toBe(digestOf(Uint8Array.of(1)))
    expect(held()).toEqual([1, 2])
  })
})

it('rows are a tensor’s equal parts', () => {
  expect(rowsOf(Uint8Array.of(1, 2, 3, 4, 5, 6), 3)).toEqual(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ].map((row) => Uint8Array.from(row)),
  )
})
