import { describe, expect, it } from 'vitest'
import { columnStrength } from './column-strength'
import { sample } from './sample.test-helper'
import { meanSquareCurve, strengthCurve } from './strength-curve'

const layers = (a: number, b: number, word: string, meanSquare = 0) => [
  { height: 4, width: 4, words: { a: { norm: 9 }, [word]: { norm: a } }, meanSquare },
  { height: 2, width: 2, words: { a: { norm: 9 }, [word]: { norm: b } }, meanSquare: 2 * meanSquare },
]

describe('columnStrength', () => {
  it('adds norms up as they are, or every layer equally', () => {
    const { capture } = sample('negative', 0, layers(8, 3, 'glasses'))
    expect(columnStrength(capture, 1, 'sum')).toBe(11)
    expect(columnStrength(capture, 1, 'equal')).toBe(8 / 4 + 3 / 2)
  })
})

describe('strengthCurve', () => {
  const samples = [
    sample('positive', 0, layers(4, 1, 'woman', 3)),
    sample('negative', 0, layers(8, 2, 'glasses', 6)),
    sample('negative', 0, layers(1, 1, 'hat'), 1),
    // Observed of the negative alone: no ratio.
    sample('negative', 1, layers(8, 2, 'glasses', 6)),
    sample('positive', 2, layers(2, 2, 'woman', 1)),
    sample('negative', 2, layers(1, 2, 'glasses', 2)),
  ]

  it('is the ratio of a word’s strength to another’s at every call that saw both', () => {
    expect(strengthCurve(samples, { word: 'Glasses' }, 'woman')).toEqual([
      { step: 0, call: 0, negative: 10, positive: 5, ratio: 2 },
      { step: 2, call: 2, negative: 3, positive: 4, ratio: 0.75 },
    ])
    expect(strengthCurve(samples, { word: 'hat', index: 1 }, 'woman').map(({ ratio }) => ratio)).toEqual([0.4])
    expect(strengthCurve(samples, { word: 'glasses' }, 'woman', 'equal')[1].ratio).toBeCloseTo(1.25 / 1.5)
  })

  it('names what was captured where a word was not', () => {
    expect(() => strengthCurve(samples, { word: 'beard' }, 'woman')).toThrow(/'beard'.*negative.*a, glasses/)
    expect(() => strengthCurve(samples, { word: 'glasses' }, 'man')).toThrow(/'man'.*positive.*a, woman/)
  })

  it('of a negative equal to the positive is 1', () => {
    const same = ['positive', 'negative'].map((role) => sample(role, 0, layers(3, 7, 'woman', 5)))
    for (const weighting of ['sum', 'equal'] as const) {
      expect(strengthCurve(same, { word: 'woman' }, 'woman', weighting)[0].ratio).toBe(1)
    }
    expect(meanSquareCurve(same)[0].ratio).toBe(1)
  })

  it('has the released form: mean squares over all tokens, of the layers that count', () => {
    expect(meanSquareCurve(samples).map(({ ratio }) => ratio)).toEqual([2, 2])
    expect(meanSquareCurve(samples, { layers: (name) => name === 'layer.1' })[0]).toMatchObject({
      negative: 12,
      positive: 6,
    })
  })
})
