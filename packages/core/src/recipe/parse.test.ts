import { expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import { NegError } from '../errors/neg-error'
import { parseRecipe } from './parse'
import type { ConceptInput, conceptSchema, RecipeInput, recipeInputSchema } from './recipe'

type Checked = z.input<typeof recipeInputSchema>
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T

function refusalOf(input: unknown): NegError {
  try {
    parseRecipe(input)
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
  throw new Error('was accepted')
}

test('the documented type of a recipe is the one that is checked', () => {
  // JSON of any form is unknown to the schema's own input type.
  const told = (input: Omit<Checked, 'guidance' | 'scheduler'>): Omit<RecipeInput, 'guidance' | 'scheduler'> => input
  const taken = (
    input: Mutable<Omit<RecipeInput, 'guidance' | 'scheduler'>>,
  ): Omit<Checked, 'guidance' | 'scheduler'> => input
  expectTypeOf<keyof RecipeInput>().toEqualTypeOf<keyof Checked>()
  expectTypeOf<keyof ConceptInput>().toEqualTypeOf<keyof z.input<typeof conceptSchema>>()
  expect([told({ prompt: 'a' }), taken({ prompt: 'a' })]).toEqual([{ prompt: 'a' }, { prompt: 'a' }])
})

test('what people write is accepted, short forms included', () => {
  const recipe = parseRecipe({
    prompt: 'a pirate',
    negatives: ['hat', { text: 'beard', scale: 2 }],
    scheduler: 'euler',
    seed: 7,
  })
  expect(recipe.negatives).toEqual([
    { text: 'hat', outside: 0 },
    { text: 'beard', scale: 2, outside: 0 },
  ])
  expect(recipe.scheduler).toEqual({ name: 'euler', config: {} })
  expect(recipe.seed).toBe('7')
})

test.each([
  [{ prompt: 1 }, 'prompt'],
  [{ prompt: 'a', stepz: 3 }, ''],
  [{ prompt: 'a', steps: -1 }, 'steps'],
  [{ prompt: 'a', steps: 2.5 }, 'steps'],
  [{ prompt: 'a', scale: Number.NaN }, 'scale'],
  [{ prompt: 'a', negatives: [{ text: 'b', window: { from: 0.5, to: 0.2 } }] }, 'negatives[0].window.to'],
  [{ prompt: 'a', negatives: [{ text: 'b', window: 'nouns' }] }, 'negatives[0].window'],
  [{ prompt: 'a', negatives: [{ text: 'b', strength: 2 }] }, 'negatives[0]'],
  [{ prompt: 'a', width: 0 }, 'width'],
  [{ prompt: 'a', image: { sha256: 'x' } }, 'image.sha256'],
])('%j is refused, naming the field', (input, where) => {
  const error = refusalOf(input)
  expect(error.code).toBe('recipe-invalid')
  expect(error.where).toBe(where)
  expect(error.message).not.toContain('\n')
})

test('an unknown preset is answered with those that there are', () => {
  const { message } = refusalOf({ prompt: 'a', negatives: [{ text: 'b', window: 'nouns' }] })
  expect(message).toContain('ban2024-noun, ban2024-adjective')
})

test('a prompt that is far too long has its own code', () => {
  expect(refusalOf({ prompt: 'a'.repeat(100_000) }).code).toBe('prompt-invalid')
})

test.each([
  ['{"prompt":"a","__proto__":1}', ''],
  ['{"prompt":"a","roles":{"__proto__":[]}}', 'roles'],
  ['{"prompt":"a","guidance":{"name":"general","options":{"__proto__":{"a":1}}}}', 'guidance.options'],
  ['{"prompt":"a","scheduler":{"name":"euler","config":{"__proto__":1}}}', 'scheduler.config'],
  ['{"prompt":"a","guidance":{"name":"general","options":{"a":[{"__proto__":1}]}}}', 'guidance.options.a[0]'],
])('%s is refused as any other unknown key', (text, where) => {
  const error = refusalOf(JSON.parse(text))
  expect(error).toMatchObject({ code: 'recipe-invalid', where })
  expect(error.message).toContain('Unrecognized key: "__proto__"')
})

test('options that nest without end are refused, not followed', () => {
  const options = { a: JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) }
  expect(refusalOf({ prompt: 'a', guidance: { name: 'general', options } }).message).toContain('nests deeper than 64')
})
