import { expect, test } from 'vitest'
import { generate } from './generate'
import type { GenerateInput } from './prepare-run'
import { toyModel } from './toy-model.test-helper'

const base = { prompt: 'a pirate', seed: '3', steps: 4, scale: 5 }

test('a guidance that a distilled model leaves scale 1 says so', async () => {
  const model = toyModel({ info: { distilled: true } })
  const codes = async (input: Partial<GenerateInput>) =>
    (await generate(model, { ...base, ...input }).result).record.warnings.map(({ code }) => code)
  expect(await codes({ guidance: 'apg' })).toEqual(['scale-in-network'])
  expect(await codes({ guidance: 'apg', distilledScale: 1 })).toEqual([])
  expect(await codes({ guidance: 'general' })).toEqual([])
})
