import { expect, test } from 'vitest'
import type { RunRecord } from '../run/record'
import { parametersText } from './parameters-text'

const record: RunRecord = {
  format: 1,
  recipe: {
    format: 1,
    prompt: 'a woman, smiling',
    negatives: [
      { text: 'glasses', outside: 0 },
      { text: '', outside: 0 },
      { text: 'hat', outside: 0 },
    ],
    roles: {},
    null: 'empty-text',
    scale: 5,
    guidance: { name: 'general' },
    scheduler: { name: 'PNDMScheduler', config: {} },
    steps: 20,
    seed: '42',
    generator: 'cpu',
    width: 128,
    height: 96,
    syntax: 'plain',
    longPrompts: 'truncate',
  },
  models: { main: { id: 'portraits', digest: '0123456789abcdef' } },
  plugins: {},
  neg: '0.1.0',
  numerics: { backend: 'onnx', runtime: '1', device: 'cpu', threads: 2, graph: 'plain', rowsPerCall: 2 },
  evaluations: { run: 42, elided: 21, observed: 0 },
  replayable: true,
  warnings: [],
}

test('prompt, negatives, then one line of settings', () => {
  expect(parametersText(record)).toBe(
    'a woman, smiling\nNegative prompt: glasses, hat\n' +
      'Steps: 20, Sampler: PNDM, CFG scale: 5, Seed: 42, Size: 128x96, Model hash: 0123456789, Model: portraits, ' +
      'Guidance: general, Version: neg 0.1.0',
  )
})

test('without negatives there is no negative line; a strength of its own is not lost', () => {
  const plain = { ...record, recipe: { ...record.recipe, negatives: [] } }
  expect(parametersText(plain)).not.toContain('Negative')
  const own = { ...record, recipe: { ...record.recipe, negatives: [{ text: 'hat', scale: 2, outside: 0 }] } }
  expect(parametersText(own)).toContain(String.raw`Negatives: "[{\"text\":\"hat\",\"scale\":2,\"outside\":0}]"`)
})
