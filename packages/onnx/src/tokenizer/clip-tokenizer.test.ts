import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { readTokenizer } from './read-tokenizer'
import { tokenizePrompt } from './windows'

interface Golden {
  readonly cases: readonly {
    readonly text: string
    readonly ids: readonly number[]
    readonly untruncatedLength: number
  }[]
}

const golden = (name: string) => JSON.parse(readFileSync(`fixtures/goldens/${name}.json`, 'utf8')) as Golden
const portraits = await readTokenizer(diskFiles('packages/portraits/model'), 'tokenizer', 77)
const clip = await readTokenizer(diskFiles('fixtures/goldens'), 'clip-vocabulary', 77)

describe.each([
  ['tokenizer-portraits', portraits],
  ['tokenizer-clip', clip],
] as const)('clipTokenizer against transformers: %s', (name, tokenizer) => {
  it.each(golden(name).cases)('$text', ({ text, ids, untruncatedLength }) => {
    const { windows, total } = tokenizePrompt(tokenizer, text, 'truncate')
    expect(windows).toHaveLength(1)
    expect(windows[0].ids).toEqual(ids)
    expect(total + 2).toBe(untruncatedLength)
  })
})

/** Recorded with transformers 5.24: SDXL's second tokenizer, whose padding is '!', and its first. */
describe('clipTokenizer with added tokens', async () => {
  const folder = diskFiles('fixtures/layouts/tiny-sdxl')
  const second = await readTokenizer(folder, 'tokenizer_2', 77)
  const first = await readTokenizer(folder, 'tokenizer', 77)
  it.each([
    ['a man!', [320, 539, 0], [320, 539, 256]],
    ['hello!!! glasses', [618, 75, 75, 334, 0, 0, 0, 580], [618, 75, 75, 334, 0, 0, 256, 580]],
    ['wow ! night', [593, 342, 0, 726], [593, 342, 256, 726]],
    ["!'s", [0, 6, 338], [0, 262, 338]],
    ['<|ENDOFTEXT|> x', [923, 343], [923, 343]],
    ['a<|endoftext|>b', [320, 923, 321], [320, 923, 321]],
    ['a\u0085b \ufeffc', [320, 321, 171, 119, 379, 322], [320, 321, 171, 119, 379, 322]],
  ])('%j', (text, ofSecond, ofFirst) => {
    expect(second.tokenize(text).map(({ id }) => id)).toEqual(ofSecond)
    expect(first.tokenize(text).map(({ id }) => id)).toEqual(ofFirst)
    expect(tokenizePrompt(second, text, 'truncate').windows[0].ids[76]).toBe(0)
  })
})

it('added tokens and what follows them say where they stand', async () => {
  const second = await readTokenizer(diskFiles('fixtures/layouts/tiny-sdxl'), 'tokenizer_2', 77)
  const text = 'a man! b<|endoftext|>night'
  const pieces = second.tokenize(text).map(({ from, to }) => text.slice(from, to))
  expect(pieces).toEqual(['a', 'man', '!', 'b', '<|endoftext|>', 'night'])
})

it('special tokens in another case are words, cut off from what follows unless signs lead to them', () => {
  const ids = (text: string) => clip.tokenize(text).map(({ id }) => id)
  expect(ids('a<|ENDOFTEXT|>!!! x')).toEqual([320, 27, 347, 40786, 4160, 91, 285, 995, 343])
  expect(ids('`<|ENDOFTEXT|>`')).toEqual([63, 27, 347, 40786, 4160, 91, 29, 319])
})

describe('token offsets', () => {
  it('point at the characters of the text', () => {
    const text = 'Café, naïve  GLASSES'
    const pieces = clip.tokenize(text).map(({ from, to }) => text.slice(from, to))
    expect(pieces.join('|')).toMatch(/^Caf.*,.*GLASSES$/s)
    expect(pieces.at(-1)).toBe('GLASSES')
  })

  it('count decomposed letters as what they are in the text', () => {
    const text = 'cafe\u0301 glasses'
    const tokens = clip.tokenize(text)
    expect(text.slice(tokens[0].from, tokens[0].to)).toBe('cafe\u0301')
    expect(text.slice(tokens.at(-1)?.from, tokens.at(-1)?.to)).toBe('glasses')
  })

  it('ascend and stay inside the text, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        let last = 0
        for (const { id, from, to } of portraits.tokenize(text)) {
          expect(Number.isInteger(id)).toBe(true)
          expect(from).toBeGreaterThanOrEqual(last)
          expect(to).toBeGreaterThan(from)
          expect(to).toBeLessThanOrEqual(text.length)
          last = from
        }
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('do not depend on how a letter is composed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const ids = (form: 'NFC' | 'NFD') => portraits.tokenize(text.normalize(form)).map(({ id }) => id)
        expect(ids('NFD')).toEqual(ids('NFC'))
      }),
      { seed: 2, numRuns: 500 },
    )
  })
})

describe('tokenizePrompt', () => {
  it('maps words to positions; punctuation belongs to none', () => {
    const { words } = tokenizePrompt(portraits, 'a man with glasses, night sky', 'truncate')
    expect(words).toEqual([
      { word: 'a', tokens: [1] },
      { word: 'man', tokens: [2] },
      { word: 'with', tokens: [3] },
      { word: 'glasses', tokens: [4] },
      { word: 'night', tokens: [6] },
      { word: 'sky', tokens: [7] },
    ])
  })

  it('gives a word of several tokens all its positions', () => {
    const { words } = tokenizePrompt(portraits, "it's kebab-case", 'truncate')
    expect(words).toEqual([
      { word: "it's", tokens: [1, 2, 3] },
      { word: 'kebab', tokens: [4, 5, 6, 7, 8] },
      { word: 'case', tokens: [10, 11, 12] },
    ])
  })

  it('names the words that do not fit', () => {
    const text = `${'man '.repeat(74)}glasses, night sky`
    const { windows, words, cut, total } = tokenizePrompt(portraits, text, 'truncate')
    expect(total).toBe(78)
    expect(cut).toEqual(['night', 'sky'])
    expect(words.at(-1)).toEqual({ word: 'glasses', tokens: [75] })
    expect(windows[0].ids.at(-1)).toBe(portraits.eos)
  })

  it('chunks into windows with their own ends', () => {
    const text = `${'man '.repeat(74)}glasses, night sky`
    const { windows, words, cut } = tokenizePrompt(portraits, text, 'chunk')
    expect(cut).toEqual([])
    expect(windows.map(({ ids }) => [ids.length, ids[0], ids[76]])).toEqual([
      [77, portraits.bos, portraits.eos],
      [77, portraits.bos, portraits.pad],
    ])
    expect(words.at(-1)).toEqual({ word: 'sky', tokens: [77 + 3] })
  })

  it('stays quick on one endless word', () => {
    const text = Array.from({ length: 20_000 }, (_, i) => String.fromCharCode(97 + ((i * i * 7 + i) % 26))).join('')
    expect(tokenizePrompt(clip, text, 'truncate').total).toBeGreaterThan(1000)
  })
})
