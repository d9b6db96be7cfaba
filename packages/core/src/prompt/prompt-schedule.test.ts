import { describe, expect, it } from 'vitest'
import { promptSchedule } from './prompt-schedule'

describe('promptSchedule', () => {
  it('takes plain text as it stands', () => {
    const { distinct, at } = promptSchedule('a [b:c:0.5] (d:1.3)', 'plain', 10)
    expect(distinct).toEqual([{ text: 'a [b:c:0.5] (d:1.3)' }])
    expect(at(7)).toBe(0)
  })

  it('has each distinct text once, however often it comes back', () => {
    const { distinct, at } = promptSchedule('[cat|dog]', 'a1111', 7)
    expect(distinct).toEqual([{ text: 'cat' }, { text: 'dog' }])
    expect([0, 1, 2, 3, 4, 5, 6].map(at)).toEqual([0, 1, 0, 1, 0, 1, 0])
  })

  it('joins timing and weights', () => {
    const { distinct, at } = promptSchedule('a (woman:1.2) [with (glasses:1.5)::0.25]', 'a1111', 8)
    expect(distinct).toEqual([
      {
        text: 'a woman with glasses',
        weights: [
          [2, 7, 1.2],
          [13, 20, 1.5],
        ],
      },
      { text: 'a woman ', weights: [[2, 7, 1.2]] },
    ])
    expect([0, 1, 2, 7].map(at)).toEqual([0, 0, 1, 1])
  })

  it('is one text where the writings differ and the texts do not', () => {
    expect(promptSchedule('[(a:1):a:3]', 'a1111', 8).distinct).toEqual([{ text: 'a' }])
  })

  it('delays a negative: the field’s `[(tags):0.25]`', () => {
    const { distinct, at } = promptSchedule('[(glasses):0.25]', 'a1111', 20)
    expect(distinct).toEqual([{ text: '' }, { text: 'glasses', weights: [[0, 7, 1.1]] }])
    expect([0, 4, 5, 19].map(at)).toEqual([0, 0, 1, 1])
  })
})
