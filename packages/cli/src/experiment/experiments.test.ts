import { readFileSync } from 'node:fs'
import type { Pixels } from '@neg/core'
import { pictureDistance } from '@neg/core/analysis'
import { describe, expect, it } from 'vitest'
import { grids, sizes } from './experiment'
import { experiments } from './experiments'
import { absent, adjectives, nouns, pairName } from './pairs'
import { differencePlace } from './place'
import { bandSeries, intervalText, percent } from './statistics'

describe('experiments', () => {
  it('have units of their own, told apart by their keys, at every size', () => {
    for (const { name, units } of experiments) {
      for (const size of sizes) {
        const keys = units(size).map(({ key }) => key)
        expect(new Set(keys).size, `${name} ${size}`).toBe(keys.length)
        expect(keys.length).toBeGreaterThanOrEqual(grids[size].pairs * grids[size].seeds)
      }
    }
  })

  it('at full size have ten pairs and ten seeds at least', () => {
    expect(grids.full.pairs).toBeGreaterThanOrEqual(10)
    expect(grids.full.seeds).toBeGreaterThanOrEqual(10)
    for (const pairs of [nouns, adjectives, absent]) {
      expect(pairs.length).toBeGreaterThanOrEqual(10)
      expect(new Set(pairs.map(pairName)).size).toBe(pairs.length)
    }
  })

  it('ask about words and attributes that the embedded model has', () => {
    const folder = 'packages/portraits/model'
    const vocabulary = JSON.parse(readFileSync(`${folder}/tokenizer/vocab.json`, 'utf8'))
    const attributes = readFileSync(`${folder}/image_classifier/config.json`, 'utf8')
    for (const pair of [...nouns, ...adjectives, ...absent]) {
      for (const word of [...pair.prompt.match(/[a-z]+/g)!, ...pair.negative.split(' '), pair.positive]) {
        expect(vocabulary, word).toHaveProperty([`${word}</w>`])
      }
      expect(pair.prompt.split(/[ ,]+/)).toContain(pair.positive)
    }
    for (const { attribute, said, negative } of [...nouns, ...absent]) {
      expect(attributes).toContain(JSON.stringify(attribute))
      expect(said).toContain(negative)
    }
  })
})

describe('places and distances', () => {
  const picture = (...greys: number[]): Pixels => ({
    width: 2,
    height: 2,
    data: Uint8ClampedArray.from(greys.flatMap((grey) => [grey, grey, grey, 255])),
  })

  it('are where and how much two pictures differ', () => {
    const [a, b] = [picture(0, 0, 0, 255), picture(0, 0, 0, 0)]
    expect([...differencePlace(a, b, 2, 2).data]).toEqual([0, 0, 0, 1])
    expect([...differencePlace(a, b, 1, 2).data]).toEqual([0, 0.5])
    expect(pictureDistance(a, b)).toBeCloseTo(0.5)
    expect(pictureDistance(a, a)).toBe(0)
  })
})

describe('figures', () => {
  it('have a band of no width where there is one curve', () => {
    const { points, band } = bandSeries('one', [[1, 2, 4]], (i, length) => i / (length - 1))
    expect(points).toEqual([
      [0, 1],
      [0.5, 2],
      [1, 4],
    ])
    expect(band).toEqual([
      [1, 1],
      [2, 2],
      [4, 4],
    ])
  })

  it('say what was not measured', () => {
    expect(percent(0.846)).toBe('85 %')
    expect(percent(Number.NaN)).toBe('–')
    expect(intervalText({ mean: 0.5, low: 0.4, high: 0.6, n: 3 })).toBe('0.50 [0.40, 0.60]')
    expect(intervalText({ mean: 0.5, low: Number.NaN, high: Number.NaN, n: 1 })).toBe('0.50')
  })
})
