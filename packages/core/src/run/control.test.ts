import { expect, test } from 'vitest'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const sha256 = 'a'.repeat(64)
const controls = [{ name: 'canny', sha256: 'b'.repeat(64) }]
const picture = { width: 32, height: 32, data: new Uint8ClampedArray(4 * 32 * 32) }
const base = { prompt: 'a pirate', negatives: ['eye patch'], seed: '3', steps: 4, scale: 5 }

/** The strengths that the rows of each step were told. */
async function strengthsOf(control: GenerateInput['control'], more: Partial<GenerateInput> = {}) {
  const model = toyModel({ info: { controls } })
  const images = { [sha256]: picture }
  const { record } = await generate(model, { ...base, ...more, control }, { images, decode: false }).result
  const told = model.log.requests.map(({ rows }) => {
    const each = rows.map((row) => row.control?.map(({ name, strength }) => [name, strength]))
    // All passes of a step are led alike.
    for (const one of each) expect(one).toEqual(each[0])
    return each[0]
  })
  return { told, record }
}

test('strength and window are those of the step, and a closed window asks for nothing', async () => {
  const { told } = await strengthsOf([{ sha256, strength: 0.5, window: { from: 0.25, to: 0.75 } }])
  expect(told).toEqual([undefined, [['canny', 0.5]], [['canny', 0.5]], undefined])
})

test('several, curves, and functions of progress, which the record keeps', async () => {
  const { told, record } = await strengthsOf([
    { sha256, strength: (progress) => 1 - progress },
    { sha256, window: (progress) => progress >= 0.5 },
  ])
  expect(told).toEqual([
    [['canny', 1]],
    [['canny', 0.75]],
    [
      ['canny', 0.5],
      ['canny', 1],
    ],
    [
      ['canny', 0.25],
      ['canny', 1],
    ],
  ])
  expect((await strengthsOf(record.recipe.control)).told).toEqual(told)
  expect(record.models.main.controls).toEqual(controls)
})

test('a plan counts its rows', () => {
  const model = toyModel({ info: { controls } })
  const { min, max, control } = plan({ ...base, control: [{ sha256, window: { from: 0, to: 0.5 } }] }, model)
  expect([min, max, control]).toEqual([8, 8, { min: 4, max: 4 }])
  expect(plan(base, model).control).toBeUndefined()
})

test('a further model must be led, too', () => {
  const model = toyModel({ info: { controls } })
  const further = (info: Parameters<typeof toyModel>[0]) => ({ models: { weak: toyModel(info) } })
  const recipe = { ...base, guidance: 'auto', negatives: [], control: [{ sha256 }] }
  expect(() => plan(recipe, model, further({}))).toThrow(
    expect.objectContaining({ code: 'control-unsupported', where: 'models.weak' }),
  )
  expect(plan(recipe, model, further({ info: { controls } })).max).toBeGreaterThan(0)
})

test.each([
  [{ control: [{ sha256: 'x' }] }, 'recipe-invalid'],
  [{ control: [{ sha256, strength: 'much' }] }, 'recipe-invalid'],
  [{ control: Array.from({ length: 17 }, () => ({ sha256 })) }, 'recipe-invalid'],
  [{ control: [{ sha256, controlnet: 'depth' }] }, 'control-unsupported'],
  [{ control: [{ sha256 }], image: { sha256, inversion: {} } }, 'recipe-invalid'],
])('%j is refused', (more, code) => {
  const model = toyModel({ info: { controls }, provides: ['encode-image'] })
  expect(() => plan({ ...base, ...more } as GenerateInput, model)).toThrow(expect.objectContaining({ code }))
})
