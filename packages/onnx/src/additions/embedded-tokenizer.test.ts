import { expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { readTokenizer } from '../tokenizer/read-tokenizer'
import { embeddedTokenizer } from './embedded-tokenizer'

const plain = await readTokenizer(diskFiles('fixtures/layouts/tiny-sd15'), 'tokenizer', 77)
const tokenizer = embeddedTokenizer(plain, [
  { names: ['EasyNegative'], ids: [1001, 1002, 1003] },
  { names: ['learned', '<cat-toy>'], ids: [1004] },
  { names: ['bad-hands-5'], ids: [1005] },
])
const ids = (text: string) => tokenizer.tokenize(text).map(({ id }) => id)
const words = (text: string) => plain.tokenize(text).map(({ id }) => id)

it('gives a name its vectors, in any case, with what other tools write around it', () => {
  const easy = [1001, 1002, 1003]
  for (const text of ['EasyNegative', 'easynegative', 'embedding:EasyNegative', 'embedding:EasyNegative.safetensors'])
    expect(ids(text)).toEqual(easy)
  expect(ids('a hat, EasyNegative, blurry')).toEqual([...words('a hat,'), ...easy, ...words(', blurry')])
  expect(ids('(EasyNegative)')).toEqual([...words('('), ...easy, ...words(')')])
  expect(ids('a <cat-toy>, learned')).toEqual([...words('a'), 1004, ...words(','), 1004])
  expect(ids('bad-hands-5')).toEqual([1005])
})

it('finds no name inside of a word', () => {
  for (const text of ['EasyNegatives', 'notEasyNegative', 'relearned', 'bad-hands-50'])
    expect(ids(text)).toEqual(words(text))
})

it('tells where each token stands', () => {
  const text = 'a hat EasyNegative b'
  for (const { id, from, to } of tokenizer.tokenize(text)) {
    if (id > 1000) expect(text.slice(from, to)).toBe('EasyNegative')
    else expect(words(text.slice(from, to))).toEqual([id])
  }
})
