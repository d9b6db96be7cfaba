import { expect, test } from 'vitest'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const base = { prompt: 'a pirate', seed: '3', steps: 6, scale: 5 }
const latentsOf = async (input: GenerateInput) => (await generate(toyModel(), input).result).latents

test.each(['composition', 'sega'])('%s without a concept is the general form', async (guidance) => {
  const recipe = { ...base, negatives: ['hat'] }
  expect((await latentsOf({ ...recipe, guidance })).data).toEqual((await latentsOf(recipe)).data)
  expect(plan({ ...recipe, guidance }, toyModel()).max).toBe(plan(recipe, toyModel()).max)
})

test('a preset’s name is its window, in negatives and in roles', async () => {
  const preset = JSON.parse('{"text": "hat", "window": "ban2024-adjective"}')
  const { recipe } = (await generate(toyModel(), { ...base, negatives: [preset] }).result).record
  expect(recipe.negatives[0].window).toEqual({ from: 9 / 30, to: 1, of: 'schedule' })
  const composed = (concept: object) =>
    latentsOf({ ...base, guidance: 'composition', roles: { concept: [{ text: 'hat', scale: -1, ...concept }] } })
  const named = await composed(preset)
  expect(named.data).toEqual((await composed({ window: { from: 9 / 30, to: 1 } })).data)
  expect(named.data).not.toEqual((await composed({})).data)
})
