import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draws, farthest } from './fake-step.test-helper'
import { laplacianPyramid, pyramidDown, pyramidUp } from './laplacian-pyramid'

const image = (c: number, h: number, w: number, seed = 1) => ({
  data: Float32Array.from(draws(c * h * w, seed)),
  shape: [c, h, w],
})

describe('laplacianPyramid', () => {
  it('joins to the very same size and values, whatever the size', () => {
    const edge = fc.integer({ min: 1, max: 19 })
    fc.assert(
      fc.property(edge, edge, fc.integer({ min: 1, max: 4 }), (h, w, levels) => {
        const a = image(2, h, w)
        const { bands, join } = laplacianPyramid(a, levels)
        expect(bands).toHaveLength(levels)
        const back = join(bands)
        expect(back.shape).toEqual(a.shape)
        expect(farthest(back.data, a.data)).toBeLessThan(1e-5)
      }),
      { seed: 4, numRuns: 80 },
    )
  })

  it('has nothing fine in what is even', () => {
    const even = { data: new Float32Array(64).fill(3), shape: [1, 8, 8] }
    const { bands } = laplacianPyramid(even, 3)
    expect(farthest(bands[0].data, new Float32Array(64))).toBeLessThan(1e-6)
    expect(bands[2].shape).toEqual([1, 2, 2])
    expect([...bands[2].data]).toEqual([3, 3, 3, 3])
  })

  it('halves and doubles as kornia does (values computed by hand for a line)', () => {
    const line = { data: Float32Array.of(0, 16, 0, 0, 0, 16, 0, 0), shape: [1, 2, 4] }
    // Blurred with mirrored edges: [4+4, 6+1, 4, 1+1]; then pairs averaged.
    expect([...pyramidDown(line).data]).toEqual([7.5, 3])
    // Doubled: [0, 4, 12, 16]; blurred with mirrored edges.
    const two = { data: Float32Array.of(0, 16), shape: [1, 1, 2] }
    expect([...pyramidUp(two).data].slice(0, 4)).toEqual([3.5, 5.75, 10.25, 12.5])
  })

  it('does not change what it is given', () => {
    const a = image(1, 6, 6)
    const before = [...a.data]
    laplacianPyramid(a, 3).join(laplacianPyramid(a, 3).bands)
    expect([...a.data]).toEqual(before)
  })
})
