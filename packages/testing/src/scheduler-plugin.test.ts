import { generate } from '@neg/core'
import { expect, it } from 'vitest'
import { powerDdim } from '../../../examples/guidance-plugin/src/power-ddim'
import { gaussianMixtureModel } from './gaussian-mixture-model'
import { schedulerLaws } from './scheduler-laws'

// The scheduler of docs/write-a-scheduler.md, by the suite that the document names.
for (const { name, run } of schedulerLaws(powerDdim, { order: 1 })) it(name, run)

it('draws by name, with what a guidance needs of it', async () => {
  const recipe = { prompt: 'woman', seed: 1, steps: 5, scheduler: 'power-ddim', guidance: 'cfg-plus-plus' }
  const { record } = await generate(gaussianMixtureModel(), recipe, { plugins: [powerDdim] }).result
  expect(record.plugins).toMatchObject({ PowerDDIMScheduler: '1' })
})
