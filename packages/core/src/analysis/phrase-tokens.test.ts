import { describe, expect, it } from 'vitest'
import { phraseTokens } from './phrase-tokens'

const words = [
  { word: 'A', tokens: [1] },
  { word: 'pirate', tokens: [2, 3] },
  { word: 'eye', tokens: [5] },
  { word: 'patch', tokens: [6] },
  { word: "don't", tokens: [7, 8] },
  { word: 'eye', tokens: [9] },
]

describe('phraseTokens', () => {
  it.each([
    ['pirate', [2, 3]],
    ['a PIRATE', [1, 2, 3]],
    ['eye-patch,', [5, 6]],
    ['eye', [5]],
    ["don't", [7, 8]],
    ["don't eye", [7, 8, 9]],
    ['patch eye', undefined],
    ['parrot', undefined],
    ['…', undefined],
  ])('finds %s', (phrase, tokens) => {
    expect(phraseTokens(words, phrase)).toEqual(tokens)
  })
})
