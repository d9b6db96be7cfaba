import { expect, test } from 'vitest'
import { heatMap } from './heat-map'
import { mergedGrid, mergeLayers } from './merge-layers'
import { relatedWords } from './related-word'
import { sample } from './sample.test-helper'
import { meanSquareCurve, strengthCurve } from './strength-curve'

const ramp = (count: number, by: number) => Array.from({ length: count }, (_, i) => ((i * by) % 7) / 7)

const seen = (role: string, call: number) =>
  sample(role, call, [
    {
      height: 2,
      width: 2,
      words: { hat: { norm: 1.5 + call, map: ramp(4, 3) }, beard: { norm: 2, map: ramp(4, 5) } },
      meanSquare: 0.25,
    },
    {
      height: 4,
      width: 4,
      words: { hat: { norm: 0.5, map: ramp(16, 2) }, beard: { norm: 1 + call, map: ramp(16, 3) } },
      meanSquare: 0.5,
    },
  ])

const all = [seen('positive', 0), seen('negative', 0), seen('positive', 1), seen('negative', 1)]
const merged = all.map((one) => ({ ...one, capture: mergeLayers(one.capture) }))

test('strength and mean squares of merged layers are those of all layers', () => {
  const curve = (samples: typeof all) => strengthCurve(samples, { word: 'hat' }, 'beard')
  expect(curve(merged)).toEqual(curve(all))
  expect(meanSquareCurve(merged)).toEqual(meanSquareCurve(all))
})

test('heat maps on the finest grid are those of all layers, and so is which words are related', () => {
  const size = { height: 4, width: 4 }
  const map = (samples: typeof all) => heatMap(samples, 'hat', size).data
  map(merged).forEach((value, i) => expect(value).toBeCloseTo(map(all)[i], 6))
  const related = (samples: typeof all) => relatedWords(samples, { word: 'hat' }, size)
  for (const [i, { word, overlap }] of related(merged).entries()) {
    expect(word).toBe(related(all)[i].word)
    expect(overlap).toBeCloseTo(related(all)[i].overlap, 5)
  }
})

test('a fine layer is shrunk by means, which keeps its mean and its proportions', () => {
  const map = Array.from({ length: 96 * 48 }, (_, i) => (i % 48 < 24 ? 1 : 3))
  const { layers } = mergeLayers(
    sample('positive', 0, [{ height: 96, width: 48, words: { hat: { norm: 1, map } } }]).capture,
  )
  expect(layers).toHaveLength(1)
  const [{ height, width, maps = [] }] = layers
  expect([height, width]).toEqual([mergedGrid, 16])
  expect([...maps.slice(0, width)]).toEqual([...new Array(8).fill(1), ...new Array(8).fill(3)])
})

test('without maps there are none, and of nothing nothing is made', () => {
  const { capture } = sample('positive', 0, [{ height: 2, width: 2, words: { hat: { norm: 1 } } }])
  const bare = { layers: capture.layers.map(({ maps: _, ...layer }) => layer) }
  expect(mergeLayers(bare).layers[0].maps).toBeUndefined()
  expect(mergeLayers({ layers: [] })).toEqual({ layers: [] })
})
