import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generate } from '@neg/core'
import { gaussianMixtureModel, schedulerLaws } from '@neg/testing'
import { powerDdim } from './power-ddim.js'

for (const { name, run } of schedulerLaws(powerDdim, { order: 1 })) test(name, run)

test('a recipe draws with it by name, and the record says so', async () => {
  const recipe = { prompt: 'woman', seed: 1, scheduler: { name: 'power-ddim', config: { power: 1.5 } } }
  const { record } = await generate(gaussianMixtureModel(), recipe, { plugins: [powerDdim] }).result
  assert.equal(record.plugins.PowerDDIMScheduler, '1')
  assert.equal(record.recipe.scheduler.config.power, 1.5)
})
