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

test('negatives that share the default strength say so once each has less than half of it', async () => {
  const said = async (input: Partial<GenerateInput>) =>
    (await generate(toyModel(), { ...base, ...input }).result).record.warnings
  const three = ['hat', 'beard', 'glasses']
  expect(await said({ negatives: three.slice(0, 2) })).toEqual([])
  const [one, ...none] = await said({ negatives: three })
  expect(none).toEqual([])
  expect(one).toMatchObject({
    code: 'negative-weakened',
    message: expect.stringMatching(/1\/3 .* alone it would be 4\./),
  })
  expect(
    await said({ negatives: three, guidance: { name: 'window', options: { window: { from: 0, to: 1 } } } }),
  ).toEqual([one])
  expect(await said({ negatives: three.map((text) => ({ text, scale: 4 })) })).toEqual([])
  expect((await said({ negatives: three, scale: 1 })).map(({ code }) => code)).toEqual(
    three.map(() => 'negative-without-effect'),
  )
})
