import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pieces, wordsIn } from './known-words'

const known = wordsIn(['office woman', 'eye patch', 'gray hair'])

test('words that are in no list stand out, small words and known ones do not', () => {
  expect(pieces('An office woman with a Dragon, on Mars', known)).toEqual([
    { text: 'An office woman with a ', unknown: false },
    { text: 'Dragon', unknown: true },
    { text: ', on ', unknown: false },
    { text: 'Mars', unknown: true },
  ])
  expect(pieces('a dragon', new Set())).toEqual([{ text: 'a dragon', unknown: false }])
})

test('the pieces are the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(
        pieces(text, known)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text)
    }),
  )
})
