import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tokenWeights, weigh } from './token-weights'

const token = (from: number, to: number) => ({ id: 1, from, to })

describe('tokenWeights', () => {
  it('is the weight of a token’s first character; special tokens weigh 1', () => {
    const tokens = [undefined, token(0, 1), token(2, 5), token(6, 13), undefined]
    expect(tokenWeights(tokens, [[6, 13, 1.3]])).toEqual([1, 1, 1, 1.3, 1])
    expect(tokenWeights(tokens, [[3, 13, 2]])).toEqual([1, 1, 1, 2, 1])
  })

  it('multiplies where ranges overlap', () => {
    const tokens = [token(0, 3)]
    expect(
      tokenWeights(tokens, [
        [0, 3, 1.5],
        [0, 9, 2],
      ]),
    ).toEqual([3])
  })
})

describe('weigh', () => {
  it('is A1111’s: scale rows, then restore the mean', () => {
    // Means: 2 before, (1 + 1 + 2·3 + 2·3)/4 = 3.5 after.
    const weighed = weigh(Float32Array.of(1, 1, 3, 3), [1, 2])
    const restore = 2 / 3.5
    expect([...weighed]).toEqual([1, 1, 6, 6].map((x) => Math.fround(x * restore)))
  })

  it('keeps the mean, and changes nothing where all weights are 1', () => {
    fc.assert(
      fc.property(
        fc.float32Array({ minLength: 12, maxLength: 12, min: Math.fround(0.1), max: 5, noNaN: true }),
        fc.tuple(...[1, 2, 3].map(() => fc.double({ min: 0.1, max: 3, noNaN: true }))),
        (hidden, weights) => {
          const mean = (values: Float32Array) => values.reduce((sum, x) => sum + x, 0) / values.length
          expect(mean(weigh(hidden, weights))).toBeCloseTo(mean(hidden), 4)
          expect(weigh(hidden, [1, 1, 1])).toBe(hidden)
        },
      ),
      { seed: 1 },
    )
  })
})
