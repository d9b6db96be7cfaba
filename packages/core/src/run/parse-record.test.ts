import { describe, expect, test } from 'vitest'
import { generate } from './generate'
import { parseRecord } from './parse-record'
import { toyModel } from './toy-model.test-helper'

const { record } = await generate(toyModel(), {
  prompt: 'a pirate',
  negatives: [{ text: 'hat', scale: 2, window: { from: 0.1, to: 0.5 } }],
  guidance: { name: 'rescale', of: [{ name: 'general' }] },
  seed: 2n ** 63n,
  steps: 2,
}).result
const kept = JSON.parse(JSON.stringify(record))

test('a record goes through JSON and is the same; what a later version adds to it is kept', () => {
  expect(parseRecord(kept)).toEqual(record)
  expect(parseRecord({ ...kept, more: 1 })).toHaveProperty('more', 1)
})

describe('what is no record is refused by the field', () => {
  const { recipe } = kept
  const { seed: _, ...seedless } = recipe
  test.each([
    ['', 'a text', 'record-malformed'],
    ['', null, 'record-malformed'],
    ['format', { ...kept, format: 2 }, 'record-malformed'],
    ['recipe', { ...kept, recipe: undefined }, 'record-malformed'],
    ['recipe.seed', { ...kept, recipe: seedless }, 'record-malformed'],
    ['models.main', { ...kept, models: {} }, 'record-malformed'],
    ['models.main.digest', { ...kept, models: { main: { id: 'x', digest: 1 } } }, 'record-malformed'],
    ['evaluations.run', { ...kept, evaluations: { ...kept.evaluations, run: -1 } }, 'record-malformed'],
    ['numerics.threads', { ...kept, numerics: { ...kept.numerics, threads: 'all' } }, 'record-malformed'],
    ['warnings', { ...kept, warnings: {} }, 'record-malformed'],
    ['steps', { ...kept, recipe: { ...recipe, steps: 0 } }, 'recipe-invalid'],
    ['', { ...kept, recipe: { ...recipe, more: 1 } }, 'recipe-invalid'],
  ])('%s', (where, input, code) => {
    expect(() => parseRecord(input)).toThrow(expect.objectContaining({ code, where }))
  })
})
