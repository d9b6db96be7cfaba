import { expect, test } from 'vitest'
import { NegError } from '../errors/neg-error'
import { parseRecipe } from './parse'

function refusalOf(input: unknown): NegError {
  try {
    parseRecipe(input)
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
  throw new Error('was accepted')
}

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
