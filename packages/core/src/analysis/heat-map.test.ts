import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tensor } from '../tensor/tensor'
import { heatMap } from './heat-map'
import { overlap, relatedWords } from './related-word'
import { resizeMap } from './resize-map'
import { sample } from './sample.test-helper'

describe('resizeMap', () => {
  it('is torch’s bilinear interpolation', () => {
    // torch.nn.functional.interpolate(torch.tensor([[[[1., 2.], [3., 5.]]]]), (4, 3), mode='bilinear')
    const expected = [1, 1.5, 2, 1.5, 2.125, 2.75, 2.5, 3.375, 4.25, 3, 4, 5]
    const { data, shape } = resizeMap(tensor(Float32Array.of(1, 2, 3, 5), [2, 2]), 4, 3)
    expect(shape).toEqual([4, 3])
    data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 5)
    })
  })

  it('keeps what a flat map is, and the mean where sizes divide', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (h, w, factor, values) => {
          const map = tensor(
            Float32Array.from({ length: h * w }, () => values.next().value),
            [h, w],
          )
          const large = resizeMap(map, h * factor, w * factor)
          const mean = (data: Float32Array) => data.reduce((sum, value) => sum + value, 0) / data.length
          expect(mean(large.data)).toBeCloseTo(mean(map.data), 5)
          const flat = resizeMap(tensor(new Float32Array(h * w).fill(0.25), [h, w]), 7, 3)
          expect([...flat.data]).toEqual(new Array(21).fill(0.25))
        },
      ),
      { seed: 1, numRuns: 100 },
    )
  })
})

describe('heatMap', () => {
  const samples = [0, 1].map((call) =>
    sample('negative', call, [
      { height: 2, width: 2, words: { hat: { norm: 1, map: [4 * call, 0, 0, 0] } } },
      { height: 1, width: 1, words: { hat: { norm: 1, map: [2] } } },
    ]),
  )

  it('is the mean over layers of one step, or over all steps too', () => {
    expect([...heatMap([samples[1]], 'hat', { height: 2, width: 2 }).data]).toEqual([3, 1, 1, 1])
    expect([...heatMap(samples, 'hat', { height: 2, width: 2 }).data]).toEqual([2, 1, 1, 1])
    const fine = { height: 2, width: 2, layers: (name: string) => name === 'layer.0' }
    expect([...heatMap(samples, 'hat', fine).data]).toEqual([2, 0, 0, 0])
  })

  it('says when there is nothing to make it of', () => {
    const { capture } = samples[0]
    const layers = capture.layers.map(({ maps: _, ...layer }) => layer)
    const size = { height: 2, width: 2 }
    expect(() => heatMap([{ ...samples[0], capture: { layers } }], 'hat', size)).toThrow(/maps: true/)
    expect(() => heatMap([], 'hat', size)).toThrow(/no attention to 'hat'/)
    expect(() => heatMap(samples, 'tie', size)).toThrow(/'tie'.*hat/)
    expect(() => heatMap(samples, 9, size)).toThrow(/no column 9/)
  })
})

describe('relatedWords', () => {
  it('has the word first whose map lies where the negative’s does', () => {
    const words = (map: number[]) => ({ norm: 1, map })
    const samples = [
      sample('positive', 0, [
        {
          height: 2,
          width: 2,
          words: { a: words([1, 1, 1, 1]), woman: words([8, 2, 0, 0]), beach: words([0, 0, 5, 5]) },
        },
      ]),
      sample('negative', 0, [{ height: 2, width: 2, words: { glasses: words([1, 0, 0, 0]) } }]),
    ]
    const related = relatedWords(samples, { word: 'glasses' }, { height: 2, width: 2 })
    expect(related.map(({ word }) => word)).toEqual(['woman', 'a', 'beach'])
    expect(related.map(({ overlap }) => overlap)).toEqual([expect.closeTo(0.8), 0.25, 0])
    expect(relatedWords(samples, { word: 'glasses' }, { height: 2, width: 2 }, ['beach'])).toHaveLength(1)
  })

  it('measures overlap from 0 to 1 whatever the maps’ scale', () => {
    const map = (...data: number[]) => tensor(Float32Array.from(data), [1, data.length])
    expect(overlap(map(1, 2, 3), map(10, 20, 30))).toBeCloseTo(1)
    expect(overlap(map(1, 0), map(0, 1))).toBe(0)
    expect(overlap(map(0, 0), map(0, 1))).toBe(0)
  })
})
