import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NegError } from '../errors/neg-error'
import { parsePromptTiming, promptAt } from './prompt-timing'

const texts = (prompt: string, steps = 10) => {
  const timed = parsePromptTiming(prompt, steps)
  return Array.from({ length: steps }, (_, step) => promptAt(timed, step))
}

/** `[count, text]` runs, the form of stable-diffusion-webui's own doc tests: there `[until, text]` with 10 steps. */
const runs = (prompt: string, steps = 10) => {
  const all = texts(prompt, steps)
  return all.flatMap((text, i) => (text === all[i + 1] ? [] : [[i + 1, text]]))
}

describe('prompt timing', () => {
  // The examples of stable-diffusion-webui's modules/prompt_parser.py.
  it.each([
    ['test', [[10, 'test']]],
    [
      'a [b:3]',
      [
        [3, 'a '],
        [10, 'a b'],
      ],
    ],
    [
      'a [b: 3]',
      [
        [3, 'a '],
        [10, 'a b'],
      ],
    ],
    [
      'a [[[b]]:2]',
      [
        [2, 'a '],
        [10, 'a [[b]]'],
      ],
    ],
    [
      '[(a:2):3]',
      [
        [3, ''],
        [10, '(a:2)'],
      ],
    ],
    [
      'a [b : c : 1] d',
      [
        [1, 'a b  d'],
        [10, 'a  c  d'],
      ],
    ],
    [
      'a[b:[c:d:2]:1]e',
      [
        [1, 'abe'],
        [2, 'ace'],
        [10, 'ade'],
      ],
    ],
    ['a [unbalanced', [[10, 'a [unbalanced']]],
    [
      'a [b:.5] c',
      [
        [5, 'a  c'],
        [10, 'a b c'],
      ],
    ],
    [
      '((a][:b:c [d:3]',
      [
        [3, '((a][:b:c '],
        [10, '((a][:b:c d'],
      ],
    ],
    [
      '[a::4] c',
      [
        [4, 'a c'],
        [10, ' c'],
      ],
    ],
  ])('%s', (prompt, expected) => {
    expect(runs(prompt)).toEqual(expected)
  })

  it('alternates each step, starting with the first', () => {
    expect(texts('[a|(b:1.1)]', 5)).toEqual(['a', '(b:1.1)', 'a', '(b:1.1)', 'a'])
    expect(texts('[fe|]male', 4)).toEqual(['female', 'male', 'female', 'male'])
    expect(texts('[fe|||]male', 5)).toEqual(['female', 'male', 'male', 'male', 'female'])
    expect(texts('[[a|b]|c]', 4)).toEqual(['a', 'c', 'a', 'c'])
  })

  it('switches after exactly `when` steps, not one late as `≤` would', () => {
    expect(texts('[a:b:0.25]', 20).filter((t) => t === 'a')).toHaveLength(5)
    expect(texts('[a:b:0.29]', 100).filter((t) => t === 'a')).toHaveLength(29)
  })

  it('reads a point as a fraction, a whole number as steps, and clamps both', () => {
    expect(runs('[a:b:1.0]')).toEqual([[10, 'a']])
    expect(runs('[a:b:1]')).toEqual([
      [1, 'a'],
      [10, 'b'],
    ])
    expect(runs('[a:b:0]')).toEqual([[10, 'b']])
    expect(runs('[a:b:0.0]')).toEqual([[10, 'b']])
    expect(runs('[a:b:40]')).toEqual([[10, 'a']])
  })

  it('leaves what says nothing of time as it is', () => {
    for (const text of [
      '[x]',
      '(x:1.2)',
      '[a:b]',
      '[a:b:c]',
      '[a:b:c:0.5]',
      '[a|b:0.5]',
      '\\[a:b:3\\]',
      'a|b',
      'a\\',
    ]) {
      expect(runs(text)).toEqual([[10, text]])
    }
  })

  it('does not see separators that are escaped or in inner brackets', () => {
    expect(runs('[a\\:b:(c:1.3):2]')).toEqual([
      [2, 'a\\:b'],
      [10, '(c:1.3)'],
    ])
  })

  it('refuses absurd nesting instead of running out of stack', () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000)
    expect(() => parsePromptTiming(deep, 10)).toThrow(NegError)
    expect(runs('['.repeat(9000))).toEqual([[10, '['.repeat(9000)]])
  })

  it('gives some text for any input, made of its own characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '(', ')', '[', ']', ':', '|', '\\', '.', '1'), maxLength: 40 }),
        (text) => {
          for (const at of texts(text, 3)) expect(at.length).toBeLessThanOrEqual(text.length)
        },
      ),
      { seed: 1, numRuns: 500 },
    )
  })
})
