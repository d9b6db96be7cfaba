import { describe, expect, it } from 'vitest'
import type { Pixels } from '../image/pixels'
import { tensor } from '../tensor/tensor'
import { heatOverlay } from './heat-overlay'

describe('heatOverlay', () => {
  it('is dark where a word is not attended to and bright where it is', () => {
    const grey: Pixels = { width: 3, height: 1, data: new Uint8ClampedArray(12).fill(100) }
    const { data } = heatOverlay(grey, tensor(Float32Array.of(5, 1, 3), [1, 3]))
    const light = (i: number) => data[4 * i] + data[4 * i + 1] + data[4 * i + 2]
    expect(light(0)).toBeGreaterThan(light(2))
    expect(light(2)).toBeGreaterThan(light(1))
    expect([...data].filter((_, i) => i % 4 === 3)).toEqual([255, 255, 255])
  })

  it('takes a flat map', () => {
    const grey: Pixels = { width: 1, height: 1, data: new Uint8ClampedArray([10, 10, 10, 255]) }
    expect([...heatOverlay(grey, tensor(Float32Array.of(2), [1, 1])).data]).toEqual([4, 4, 6, 255])
  })

  it('refuses a map of another size', () => {
    const grey: Pixels = { width: 2, height: 1, data: new Uint8ClampedArray(8) }
    expect(() => heatOverlay(grey, tensor(Float32Array.of(2), [1, 1]))).toThrow(
      expect.objectContaining({ code: 'option-invalid', message: expect.stringContaining('1 × 1') }),
    )
  })
})
