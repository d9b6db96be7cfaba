import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromFloat16, roundFloat16, toFloat16 } from './float16'

describe('float16', () => {
  it('gives every half back as the same bits', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, i) => i)
    const back = toFloat16(fromFloat16(all))
    const notANumber = (half: number) => (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0
    const wrong = [...all].filter((half, i) => (notANumber(half) ? !notANumber(back[i]) : back[i] !== half))
    expect(wrong).toEqual([])
  })

  it('has known bits', () => {
    const values = Float32Array.of(1, -2, 0.1, 65504, 65520, 5.9604645e-8, -0, 6.1035156e-5)
    expect([...toFloat16(values)]).toEqual([0x3c00, 0xc000, 0x2e66, 0x7bff, 0x7c00, 0x0001, 0x8000, 0x0400])
  })

  it('rounds what lies exactly between two to the one whose last bit is 0', () => {
    const halfway: number[] = []
    const wrong: number[] = []
    // Every pair of neighbours, from the smallest subnormals on: float32 holds what lies between them exactly.
    for (let half = 0; half < 0x7bff; half++) {
      const [low, high] = fromFloat16(Uint16Array.of(half, half + 1))
      halfway.push((low + high) / 2)
    }
    const [up, down] = [halfway, halfway.map((x) => -x)].map((all) => toFloat16(Float32Array.from(all)))
    for (let half = 0; half < 0x7bff; half++) {
      const even = half + (half & 1)
      if (up[half] !== even || down[half] !== (even | 0x8000)) wrong.push(half)
    }
    expect(wrong).toEqual([])
  })

  it('rounds to the nearest, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (x) => {
        const [y] = fromFloat16(toFloat16(Float32Array.of(x)))
        expect(y).toBe(roundFloat16(x))
      }),
      { seed: 1, numRuns: 3000 },
    )
  })
})
