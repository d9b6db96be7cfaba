import { expect, test } from 'vitest'
import { generate } from './generate'
import { consecutiveSeeds, generateMany } from './generate-many'
import { toyModel } from './toy-model.test-helper'

const recipe = { prompt: 'a pirate', negatives: ['hat'], steps: 4 }

test('seeds follow each other, to the last of 64 bits and not beyond', () => {
  expect(consecutiveSeeds(7, 3)).toEqual(['7', '8', '9'])
  expect(consecutiveSeeds(2n ** 64n - 2n, 2)).toEqual(['18446744073709551614', '18446744073709551615'])
  expect(consecutiveSeeds(-1, 3)).toEqual(['18446744073709551615', '0', '1'])
  expect(() => consecutiveSeeds(2n ** 64n - 1n, 2)).toThrow(expect.objectContaining({ code: 'seed-invalid' }))
  expect(consecutiveSeeds(undefined, 2)).toHaveLength(2)
  expect(() => consecutiveSeeds(1, 0)).toThrow('at least 1')
})

test.each([true, false])('each picture equals its single run (together: %s)', async (together) => {
  const model = toyModel()
  const runs = generateMany(model, recipe, ['7', '8', '9'], { together })
  const results = await Promise.all(runs.map(({ result }) => result))
  for (const [i, seed] of ['7', '8', '9'].entries()) {
    const single = await generate(toyModel(), { ...recipe, seed }).result
    expect(results[i].latents.data).toEqual(single.latents.data)
    expect(results[i].record.recipe.seed).toBe(seed)
  }
  expect(model.log.requests.length).toBe(together ? 4 : 12)
})

test('aborting the first lets the second have its turn', async () => {
  const [first, second] = generateMany(toyModel(), recipe, ['1', '2'])
  first.abort()
  await expect(first.result).rejects.toMatchObject({ name: 'AbortError' })
  expect((await second.result).record.recipe.seed).toBe('2')
})
