import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writePngText } from '@neg/core'
import { writePng } from '@neg/node'
import { afterAll, expect, test } from 'vitest'
import type { GenerateFlags } from '../arguments/generate-flags'
import { baseOf } from './base'

const folder = mkdtempSync(join(tmpdir(), 'neg-base-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const flags = (from: string): GenerateFlags => ({
  from,
  negatives: { defaults: {}, negatives: [] },
  device: 'cpu',
  json: false,
  timings: false,
  demo: false,
})

async function picture(texts: Readonly<Record<string, string>>): Promise<string> {
  const file = join(folder, 'picture.png')
  const plain = await writePng({ width: 1, height: 1, data: new Uint8ClampedArray(4).fill(255) })
  writeFileSync(file, writePngText(plain, texts))
  return file
}

test('the base of another tool’s picture is the recipe that it tells, with what was not understood', async () => {
  const parameters =
    'a queen\nNegative prompt: glasses\nSteps: 9, Sampler: Euler a, CFG scale: 6, Seed: 5, Size: 64x64, Clip skip: 2'
  const { recipe, record, notes } = await baseOf(flags(await picture({ parameters })))
  expect(recipe).toMatchObject({ prompt: 'a queen', steps: 9, scale: 6, seed: '5', negatives: [{ text: 'glasses' }] })
  expect(record).toBeUndefined()
  expect(notes).toEqual([expect.stringContaining('AUTOMATIC1111'), expect.stringContaining('Clip skip')])
})

test('a picture that tells nothing is refused', async () => {
  await expect(baseOf(flags(await picture({ Comment: 'mine' })))).rejects.toMatchObject({ code: 'record-missing' })
})
