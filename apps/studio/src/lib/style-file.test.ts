import { expect, test } from 'vitest'
import { stylesOfCsv, stylesOfJson } from './style-file'

test('AUTOMATIC1111’s styles.csv is read, quotes and all', () => {
  const csv = 'name,prompt,negative_prompt\r\n"Noir","{prompt}, ""film noir"", dark","colour, blurry"\r\nPlain,,\r\n'
  expect(stylesOfCsv(csv)).toEqual([
    { name: 'Noir', prompt: '{prompt}, "film noir", dark', negatives: ['colour', 'blurry'] },
    { name: 'Plain' },
  ])
  expect(stylesOfCsv('a,b\n1,2\n')).toEqual([])
})

test('of a JSON file only what is a style is taken', () => {
  const good = { name: 'a', prompt: 'x', negatives: [{ text: 'hat', scale: 2 }], settings: { steps: 8 } }
  const styles = [good, { name: 3 }, { name: 'b', settings: { steps: -1 } }, { name: 'c', negatives: [{ txt: 'hat' }] }]
  expect(stylesOfJson(JSON.stringify({ format: 1, styles }))).toEqual([good])
  expect(stylesOfJson('{"styles":')).toEqual([])
})
