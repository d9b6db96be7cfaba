import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { memoryFiles } from '../files/memory-files'
import { readTokenizer } from './read-tokenizer'

const read = (name: string) => readFileSync(`packages/portraits/model/tokenizer/${name}`, 'utf8')
const vocabulary = JSON.parse(read('vocab.json')) as Record<string, number>
const merges = read('merges.txt')
const rules = merges.split('\n').filter((line) => line !== '' && !line.startsWith('#version'))
const config = {
  tokenizer_class: 'CLIPTokenizer',
  model_max_length: 77,
  bos_token: '<|startoftext|>',
  eos_token: '<|endoftext|>',
  pad_token: '<|endoftext|>',
  unk_token: '<|endoftext|>',
}
const slow = { 'vocab.json': JSON.stringify(vocabulary), 'merges.txt': merges }
const fast = (written: unknown[], added: object[] = []) => ({
  'tokenizer.json': JSON.stringify({
    added_tokens: added,
    model: { type: 'BPE', vocab: vocabulary, merges: written },
  }),
})

/** The tokenizer of a folder with these files. */
const tokenizerOf = (files: Record<string, string>, settings: object = {}, maxLength = 77) => {
  const all = { ...files, 'tokenizer_config.json': JSON.stringify({ ...config, ...settings }) }
  const entries = Object.entries(all).map(([name, content]) => [`tokenizer/${name}`, content])
  return readTokenizer(memoryFiles('m', Object.fromEntries(entries)), 'tokenizer', maxLength)
}
const text = 'A man with glasses, and a hat!'

describe('a tokenizer’s folder', () => {
  it('says the same in the files of either kind, merges written as texts or as pairs', async () => {
    const expected = (await tokenizerOf(slow)).tokenize(text)
    expect(expected.length).toBeGreaterThan(5)
    const pairs = rules.map((rule) => rule.split(' '))
    for (const files of [
      fast(rules),
      fast(pairs),
      { ...slow, 'merges.txt': `#version: 0.2\r\n${rules.join('\r\n')}\r\n` },
    ]) {
      expect((await tokenizerOf(files)).tokenize(text)).toEqual(expected)
    }
  })

  it('may add tokens, in the config over those of tokenizer.json', async () => {
    const added = [{ id: 7, content: '<glasses>', normalized: false }]
    const ids = async (settings: object) =>
      (await tokenizerOf(fast(rules, added), settings)).tokenize('a <glasses>').map(({ id }) => id)
    const plain = await ids({})
    expect(plain.at(-1)).toBe(7)
    const again = await ids({ added_tokens_decoder: { 9: { content: '<glasses>' } } })
    expect(again).toEqual([...plain.slice(0, -1), 9])
  })

  it('has the shorter one of two lengths', async () => {
    expect((await tokenizerOf(slow, { model_max_length: 20 })).limit).toBe(20)
    expect((await tokenizerOf(slow, { model_max_length: 1e30 }, 64)).limit).toBe(64)
    expect((await tokenizerOf(slow, { model_max_length: 3 })).limit).toBe(3)
  })

  it.each<[string, Record<string, string>, object, string]>([
    ['a length that is none', slow, { model_max_length: 2 }, 'tokenizer-malformed'],
    ['a broken length', slow, { model_max_length: 20.5 }, 'tokenizer-malformed'],
    ['a length of another type', slow, { model_max_length: '77' }, 'tokenizer-malformed'],
    ['another kind', slow, { tokenizer_class: 'T5Tokenizer' }, 'model-unsupported'],
    ['a rule of three symbols', { ...slow, 'merges.txt': 'a b c' }, {}, 'tokenizer-malformed'],
    ['an added token without an id', slow, { added_tokens_decoder: { x: { content: 'y' } } }, 'tokenizer-malformed'],
    ['a special token without one', slow, { bos_token: '<none>' }, 'tokenizer-malformed'],
    ['no merges', { 'vocab.json': slow['vocab.json'] }, {}, 'model-file-missing'],
    ['no vocabulary', {}, {}, 'model-file-missing'],
  ])('is refused with %s', async (_, files, settings, code) => {
    await expect(tokenizerOf(files, settings)).rejects.toMatchObject({ code })
  })
})
