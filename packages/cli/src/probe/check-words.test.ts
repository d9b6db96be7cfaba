import { expect, test } from 'vitest'
import { checkWords } from './check-words'

const flags = { prompt: 'a pirate, beach', negative: 'Eye patch' }

test('words of the prompts are watched, whatever their case', () => {
  expect(() => checkWords(flags)).not.toThrow()
  expect(() => checkWords({ ...flags, word: 'eye patch', against: 'Pirate' })).not.toThrow()
})

test.each([
  [{ prompt: ' , ' }, 'no word that attention'],
  [{ negative: '' }, '--negative must have a word'],
  [{ word: 'hat' }, '--word must be of the negative "Eye patch"'],
  [{ word: ' ' }, '--word'],
  [{ word: 'patc' }, '--word'],
  [{ against: 'king' }, '--against must be a word of the prompt'],
])('%j is refused', (change, message) => {
  expect(() => checkWords({ ...flags, ...change })).toThrow(message)
})
