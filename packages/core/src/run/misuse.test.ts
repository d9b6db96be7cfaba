import { expect, test } from 'vitest'
import type { DiffusionModel } from '../model/diffusion-model'
import { generate } from './generate'
import { generateMany } from './generate-many'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const recipe = { prompt: 'a pirate', seed: 1, steps: 2 }
const told = (what: string) => expect.objectContaining({ code: 'not-awaited', message: expect.stringContaining(what) })

test('a result looked for on the run is answered with where it is', async () => {
  const awaited = (await generate(toyModel(), recipe)) as unknown as { image: unknown }
  expect(() => awaited.image).toThrow(told('const { image } = await generate(…).result'))
  const [first] = generateMany(toyModel(), recipe, ['1']) as unknown as { record: unknown }[]
  expect(() => first.record).toThrow(told('.record'))
})

test('nothing of that is listed or copied with a run', async () => {
  const run = generate(toyModel(), recipe)
  expect(Object.keys(run).sort()).toEqual(['abort', 'result'])
  expect('image' in { ...run }).toBe(false)
  expect((await run.result).image.width).toBeGreaterThan(0)
})

test('what is no model is answered with what one is', async () => {
  const refused = (text: string) =>
    expect.objectContaining({ code: 'option-invalid', message: expect.stringContaining(text) })
  for (const nothing of [undefined, null, 'folder', {}]) {
    await expect(generate(nothing as unknown as DiffusionModel, recipe).result).rejects.toEqual(
      refused('await node(…)'),
    )
  }
  const server = { submit() {} } as unknown as DiffusionModel
  expect(() => plan(recipe, server)).toThrow(refused('that of @neg/remote/jobs'))
})

test('a model that nobody awaited is refused by name, everywhere', async () => {
  const model = Promise.resolve(toyModel()) as unknown as DiffusionModel
  await expect(generate(model, recipe).result).rejects.toEqual(told('await node(…)'))
  expect(() => plan(recipe, model)).toThrow(told('await node(…)'))
  expect(() => generateMany(model, recipe, ['1'])).toThrow(told('await node(…)'))
})
