import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkWritable, destinationOf } from './destination'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neg-destination-'))
  mkdirSync(join(folder, 'there.v2'))
  writeFileSync(join(folder, 'file'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a file is named after itself, and several pictures after it and their seeds', () => {
  const one = destinationOf('out/cat.png', 1)
  expect([one.named, one.picture('7')]).toEqual([true, join('out', 'cat')])
  const several = destinationOf('out/cat.png', 3)
  expect([several.picture('7'), several.sheet]).toEqual([join('out', 'cat-7'), join('out', 'cat')])
})

test.each([undefined, 'pictures', 'pictures.v2/'])('a folder: %s', (out) => {
  const { named, picture, sheet } = destinationOf(out, 2)
  expect([named, picture('7'), sheet]).toEqual([false, join(out ?? '.', 'neg-7'), join(out ?? '.', 'neg-sheet')])
})

test('a folder that exists is one, whatever its name', () => {
  expect(destinationOf(join(folder, 'there.v2'), 1).named).toBe(false)
})

test('another kind of file is refused', () => {
  expect(() => destinationOf('cat.jpg', 1)).toThrow('--out writes PNG; got cat.jpg')
})

test('what cannot be written is refused early', () => {
  checkWritable(join(folder, 'new', 'deep', 'cat.png'))
  expect(() => checkWritable(join(folder, 'file', 'cat.png'))).toThrow(/cannot be written: .*is not a folder/)
  expect(() => checkWritable(join(folder, 'there.v2'))).toThrow('it is a folder')
})

test('a device is asked for itself, whatever its folder is like', () => {
  checkWritable('/dev/null')
  expect(() => checkWritable('/dev/null/x')).toThrow('not a folder')
})
