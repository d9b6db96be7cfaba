import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { overlayFiles } from '../../test/overlay-files'
import { readT5Tokenizer } from './read-t5-tokenizer'
import { filledWindows, tokenizePrompt } from './windows'

interface Case {
  readonly text: string
  readonly ids: readonly number[]
  readonly padded77: readonly number[]
}
const { cases } = JSON.parse(readFileSync('fixtures/goldens/tokenizer-t5.json', 'utf8')) as { cases: Case[] }
const files = diskFiles('fixtures/layouts')
const { tokenizer, most } = await readT5Tokenizer(files, 't5-tokenizer', 77)

describe('T5’s tokenizer', () => {
  it.each(cases)('gives transformers’ ids of $text', ({ text, ids, padded77 }) => {
    const tokenized = tokenizePrompt(tokenizer, text, 'truncate')
    expect(filledWindows(tokenizer, tokenized, 1)[0].ids).toEqual(padded77)
    expect(tokenized.total).toBe(ids.length - 1)
  })

  it('has a window of the length that is asked for, at most what its config says', async () => {
    expect(most).toBe(512)
    expect(tokenizer).toMatchObject({ limit: 77, eos: 1, pad: 0 })
    expect((await readT5Tokenizer(files, 't5-tokenizer', 600)).tokenizer.limit).toBe(512)
    const long = 'a cat '.repeat(40)
    const { windows, lost } = tokenizePrompt(tokenizer, long, 'truncate')
    expect(windows[0].ids).toHaveLength(77)
    expect(windows[0].ids[76]).toBe(1)
    expect(lost).toBe(tokenizer.tokenize(long).length - 76)
  })

  it.each([
    ['a woman in a red dress, forest', { woman: ['▁woman'], dress: ['▁dress'], forest: ['▁forest'] }],
    ['  ﬁne  quotes,“x”', { ﬁne: ['▁fine'], x: ['x'] }],
    ['naïve Ünïcode', { naïve: ['▁', 'n', 'a', 'ï', 've'].slice(1) }],
  ])('knows where the words of %s are', (text, expected) => {
    const tokens = tokenizer.tokenize(text)
    for (const [word, pieces] of Object.entries(expected)) {
      const { words } = tokenizePrompt(tokenizer, text, 'truncate')
      const at = words.find((one) => one.word === word)?.tokens ?? []
      expect(at).toHaveLength(pieces.length)
      for (const position of at) {
        const { from, to } = tokens[position]
        expect(word).toContain(text.slice(from, to))
      }
    }
  })

  it.each([
    [{ 't5-tokenizer/tokenizer.json': null }, 'model-file-missing', 'Export the model again'],
    [{ 't5-tokenizer/tokenizer.json': null, 't5-tokenizer/spiece.model': '' }, 'model-file-missing', 'save_pretrained'],
    [{ 't5-tokenizer/tokenizer.json': '{"model": {}}' }, 'tokenizer-malformed', 't5-tokenizer/tokenizer.json'],
    [{ 't5-tokenizer/tokenizer.json': '{"model"' }, 'tokenizer-malformed', 't5-tokenizer/tokenizer.json'],
  ])('is refused by name: %o', async (changes, code, message) => {
    const error = await readT5Tokenizer(overlayFiles(files, changes), 't5-tokenizer', 77).catch((error) => error)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})
