import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePromptWeights } from './prompt-weights'

/** [piece, weight] over the whole text, the form of stable-diffusion-webui's parse_prompt_attention. */
function pieces(prompt: string): [string, number][] {
  const { text, weights = [] } = parsePromptWeights(prompt)
  const out: [string, number][] = []
  let at = 0
  for (const [from, to, weight] of weights) {
    if (from > at) out.push([text.slice(at, from), 1])
    out.push([text.slice(from, to), Number(weight.toPrecision(12))])
    at = to
  }
  if (at < text.length) out.push([text.slice(at), 1])
  return out
}

describe('prompt weights', () => {
  // The examples of stable-diffusion-webui's parse_prompt_attention.
  it.each([
    ['normal text', [['normal text', 1]]],
    [
      'an (important) word',
      [
        ['an ', 1],
        ['important', 1.1],
        [' word', 1],
      ],
    ],
    ['(unbalanced', [['unbalanced', 1.1]]],
    ['\\(literal\\]', [['(literal]', 1]]],
    ['(unnecessary)(parens)', [['unnecessaryparens', 1.1]]],
    [
      'a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).',
      [
        ['a ', 1],
        ['house', 1.573],
        [' ', 1.1],
        ['on', 1],
        [' a ', 1.1],
        ['hill', 0.55],
        [', sun, ', 1.1],
        ['sky', 1.4641],
        ['.', 1.1],
      ],
    ],
    ['((x))', [['x', 1.21]]],
    ['[unclosed', [['unclosed', Number((1 / 1.1).toPrecision(12))]]],
    ['[word]', [['word', Number((1 / 1.1).toPrecision(12))]]],
    ['(a: 1.5 )', [['a', 1.5]]],
    ['(a:-1)', [['a', -1]]],
    ['a: b)', [['a: b)', 1]]],
    ['back\\slash \\\\', [['backslash \\', 1]]],
    ['end\\', [['end', 1]]],
  ])('%s', (prompt, expected) => {
    expect(pieces(prompt)).toEqual(expected)
  })

  it('has no weights where all are 1', () => {
    expect(parsePromptWeights('a cat')).toEqual({ text: 'a cat' })
    expect(parsePromptWeights('')).toEqual({ text: '' })
    expect(parsePromptWeights('()')).toEqual({ text: '' })
  })

  it('gives ascending ranges inside the text for any input', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ' ', '(', ')', '[', ']', ':', '\\', '.', '1', '-'), maxLength: 40 }),
        (prompt) => {
          const { text, weights = [] } = parsePromptWeights(prompt)
          let end = 0
          for (const [from, to, weight] of weights) {
            expect(from).toBeGreaterThanOrEqual(end)
            expect(to).toBeGreaterThan(from)
            expect(Number.isFinite(weight)).toBe(true)
            end = to
          }
          expect(end).toBeLessThanOrEqual(text.length)
        },
      ),
      { seed: 2, numRuns: 500 },
    )
  })
})

it('BREAK begins a new window; inside brackets it is a word of weight −1, as in AUTOMATIC1111', () => {
  expect(parsePromptWeights('a cat BREAK a dog')).toEqual({ text: 'a cat a dog', breaks: [6] })
  expect(parsePromptWeights('(a:1.2) BREAK\nBREAK (b:2)')).toEqual({
    text: 'a b',
    weights: [
      [0, 1, 1.2],
      [2, 3, 2],
    ],
    breaks: [2, 2],
  })
  expect(parsePromptWeights('BREAK a BREAK')).toEqual({ text: 'a ', breaks: [0, 2] })
  expect(parsePromptWeights('BREAKS aBREAK')).toEqual({ text: 'BREAKS aBREAK' })
  expect(parsePromptWeights('(a BREAK b:2)')).toEqual({
    text: 'a BREAK b',
    weights: [
      [0, 1, 2],
      [1, 8, -2],
      [8, 9, 2],
    ],
  })
})

it('weights whose product is no number are refused', () => {
  const huge = '9'.repeat(200)
  expect(() => parsePromptWeights(`((a:${huge}):${huge})`)).toThrow(expect.objectContaining({ code: 'prompt-invalid' }))
})
