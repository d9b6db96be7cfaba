import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { wrapText } from './wrap-text'

test('lines break between words, and go on further in', () => {
  expect(wrapText('one two three', 9)).toBe('one two\n  three')
  expect(wrapText('  one two three', 10)).toBe('  one two\n    three')
  expect(wrapText('averyverylongword is whole', 10)).toBe('averyverylongword\n  is whole')
  expect(wrapText('a\nb c', 3)).toBe('a\nb c')
})

test('a table goes on under its last column', () => {
  const row = 'eta  number  how much noise of its own a step adds'
  expect(wrapText(row, 40)).toBe('eta  number  how much noise of its own a\n             step adds')
  expect(wrapText(row, 20)).toBe('eta  number  how\n  much noise of its\n  own a step adds')
})

test('no word is lost, and no line is longer than the width but for one word', () => {
  const word = fc.stringMatching(/^[a-z]{1,12}$/)
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 6, max: 40 }), (words, width) => {
      const lines = wrapText(words.join(' '), width).split('\n')
      expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(words)
      for (const line of lines) expect(line.length <= width || !line.trim().includes(' ')).toBe(true)
    }),
  )
})
