import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { definePlugin } from '../guidance/guidance'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const base = { prompt: 'a pirate', seed: 1, steps: 6, scale: 4 }
const drawn = async (recipe: GenerateInput) => (await generate(toyModel(), recipe).result).latents.data

describe('a negative’s scale as a function of progress', () => {
  test('is the strength at each step, and the record’s curve draws the same', async () => {
    const asked = { ...base, negatives: [{ text: 'hat', scale: (p: number) => 3 * (1 - p) }] }
    const { record, latents } = await generate(toyModel(), asked).result
    const { scale } = record.recipe.negatives[0]
    expect(scale).toEqual({ curve: 'step', points: [0, 1, 2, 3, 4, 5].map((i) => [i / 6, 3 * (1 - i / 6)]) })
    expect(await drawn(record.recipe)).toEqual(latents.data)
    expect(latents.data).not.toEqual(await drawn({ ...base, negatives: [{ text: 'hat', scale: 3 }] }))
  })
})

describe('a window as a function of progress', () => {
  test('that says what a window says draws what it draws, at the same cost', async () => {
    const inside = (p: number) => p >= 0.3 && p < 0.7
    const asked = (window: (p: number) => boolean) => ({ ...base, negatives: [{ text: 'hat', window, scale: 2 }] })
    const plain = { ...base, negatives: [{ text: 'hat', window: { from: 0.3, to: 0.7 }, scale: 2 }] }
    expect(await drawn(asked(inside))).toEqual(await drawn(plain))
    expect(plan(asked(inside), toyModel())).toEqual(plan(plain, toyModel()))
  })

  test('may open twice; outside holds between; the record’s curve draws the same', async () => {
    const window = (p: number) => p < 0.2 || p > 0.7
    const asked = { ...base, negatives: [{ text: 'hat', window, outside: 0.5 }] }
    const { record, latents } = await generate(toyModel(), asked).result
    expect(record.recipe.negatives[0].window).toEqual({
      curve: 'step',
      points: [1, 1, 0, 0, 0, 1].map((open, i) => [i / 6, open]),
    })
    expect(await drawn(record.recipe)).toEqual(latents.data)
  })

  test('takes the place of the model’s window', async () => {
    const model = toyModel({ info: { recommended: { window: { from: 0, to: 0.1, of: 'schedule' } } } })
    const asked = { ...base, negatives: [{ text: 'hat', window: () => true }] }
    const { recipe } = (await generate(model, asked).result).record
    expect(recipe.negatives[0].window).toMatchObject({ curve: 'step' })
  })

  test('that never opens is warned of', async () => {
    const { record } = await generate(toyModel(), { ...base, negatives: [{ text: 'hat', window: () => false }] }).result
    expect(record.warnings).toContainEqual({ code: 'window-empty', message: expect.stringMatching(/in its window\.$/) })
  })
})

test('roles take both, too', async () => {
  const styled = definePlugin({
    name: 'styled',
    version: '1',
    summary: '',
    formula: '',
    source: '',
    wraps: 0,
    roles: ['style'],
    options: z.strictObject({}),
    create: () => ({
      space: 'any',
      negatives: false,
      coefficients: ({ positive, roles: { style } }) => [
        [positive, 1 - style[0].weight],
        [style[0], style[0].weight],
      ],
    }),
  })
  const roles = { style: [{ text: 'ink', scale: (p: number) => p, window: (p: number) => p > 0.4 }] }
  const asked = { ...base, guidance: 'styled', roles }
  const { recipe } = (await generate(toyModel(), asked, { plugins: [styled] }).result).record
  expect(recipe.roles.style[0]).toMatchObject({ scale: { curve: 'step' }, window: { curve: 'step' } })
})

test.each<[GenerateInput, string]>([
  [{ ...base, negatives: [{ text: 'hat', scale: () => Number.NaN }] }, 'negatives[0].scale'],
  [{ ...base, negatives: ['a', { text: 'hat', window: (() => 0.5) as never }] }, 'negatives[1].window'],
  [{ ...base, scale: () => 'much' as never }, 'scale'],
])('a function that gives something else is refused, naming it', (recipe, where) => {
  try {
    plan(recipe, toyModel())
    throw new Error('was accepted')
  } catch (error) {
    expect(NegError.isInstance(error) && [error.code, error.where]).toEqual(['recipe-invalid', where])
  }
})

test('what is no recipe is refused as ever, functions in it or not', () => {
  for (const negatives of ['hat', [3], [null, { text: 1, scale: () => 1 }]]) {
    const recipe = { ...base, scale: () => 1, negatives } as unknown as GenerateInput
    expect(() => plan(recipe, toyModel())).toThrow(expect.objectContaining({ code: 'recipe-invalid' }))
  }
})

test('a window’s curve in a recipe is one of 0 and 1', () => {
  const window = { curve: 'linear' as const, points: [[0, 0.5]] as [number, number][] }
  expect(() => plan({ ...base, negatives: [{ text: 'hat', window }] }, toyModel())).toThrow('step curve of 0')
})
