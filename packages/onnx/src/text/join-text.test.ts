import { tensor } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { besideChannels, oneAfterAnother } from './join-text'

const [a, b] = [tensor(Float32Array.of(1, 2, 3, 4), [2, 2]), tensor(Float32Array.of(5, 6), [2, 1])]

describe('joining encoders', () => {
  it('by channel puts each token’s states side by side', () => {
    expect(besideChannels([a, b])).toEqual(tensor(Float32Array.of(1, 2, 5, 3, 4, 6), [2, 3]))
    expect(besideChannels([a])).toBe(a)
  })

  it('by sequence puts tokens one after another, narrow ones filled up with zeros', () => {
    expect(oneAfterAnother([a, b], 2)).toEqual(tensor(Float32Array.of(1, 2, 3, 4, 5, 0, 6, 0), [4, 2]))
    expect(() => oneAfterAnother([a, b], 1)).toThrow(expect.objectContaining({ code: 'model-mismatch' }))
  })
})
