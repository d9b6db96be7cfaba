import { expect, test } from 'vitest'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const base = { seed: '3', steps: 1, scale: 5, syntax: 'a1111' } as const
const latentsOf = async (input: GenerateInput) =>
  (await generate(toyModel(), input, { decode: false }).result).latents.data

/** One DDIM step is affine in the prediction, so a combination of predictions is that of pictures drawn at scale 1. */
async function pure(prompt: string) {
  return latentsOf({ ...base, prompt, scale: 1, syntax: 'plain' })
}

test('AND is AUTOMATIC1111’s: d_n + Σ w s (d_i − d_n), with the negative in the place of null', async () => {
  const [castle, fog, hat, nothing] = await Promise.all(['a castle', 'fog', 'hat', ''].map(pure))
  const composed = (n: Float32Array) =>
    castle.map((c, i) => n[i] + 1.2 * 5 * (c - n[i]) + 0.5 * 5 * (fog[i] - n[i]) - 0.25 * 5 * (hat[i] - n[i]))
  const close = (a: Float32Array, b: Float32Array) => a.forEach((x, i) => expect(x).toBeCloseTo(b[i], 4))
  const prompt = 'a castle :1.2 AND fog:0.5 AND hat: -0.25'
  close(await latentsOf({ ...base, prompt }), composed(nothing))
  const horse = await pure('horse')
  close(await latentsOf({ ...base, prompt, negatives: ['horse'] }), composed(horse))
  close(await latentsOf({ ...base, prompt, negatives: ['horse'], guidance: 'negative-prompt' }), composed(horse))
})

test('the null pass is not run beside a negative, and the record draws the same without AND', async () => {
  const recipe = { ...base, steps: 4, prompt: 'a castle AND fog :0.5', negatives: ['horse'] }
  expect(plan(recipe, toyModel())).toMatchObject({ min: 12, exact: true })
  const { record, latents } = await generate(toyModel(), recipe, { decode: false }).result
  expect(record.recipe).toMatchObject({
    prompt: 'a castle',
    roles: { concept: [{ text: 'fog', scale: 0.5 }] },
    negatives: [{ text: 'horse', scale: 6.5 }],
    guidance: { name: 'composition' },
  })
  expect(record.recipe.prompt).not.toContain('AND')
  const again = await generate(toyModel(), JSON.parse(JSON.stringify(record.recipe)), { decode: false }).result
  expect(again.latents.data).toEqual(latents.data)
  expect(again.record).toEqual(record)
})

test('a weight at the end of the only part strengthens the prompt; curves and functions of the scale hold', async () => {
  const alone = await latentsOf({ ...base, prompt: 'a castle :1.5' })
  expect(alone).toEqual(await latentsOf({ ...base, prompt: 'a castle', scale: 7.5, syntax: 'plain' }))
  const points: [number, number][] = [
    [0, 2],
    [1, 8],
  ]
  const { record } = await generate(
    toyModel(),
    { ...base, prompt: 'a AND b', negatives: ['c'], scale: { curve: 'linear', points } },
    { decode: false },
  ).result
  expect(record.recipe.negatives[0].scale).toEqual({
    curve: 'linear',
    points: [
      [0, 3],
      [1, 15],
    ],
  })
  const byFunction = await generate(toyModel(), { ...base, prompt: 'a AND b', negatives: ['c'], scale: () => 4 }).result
  expect(byFunction.record.recipe.negatives[0].scale).toEqual({ curve: 'step', points: [[0, 7]] })
})

test('inside wrappers too; a guidance without a place for it is refused; elsewhere it is a word', async () => {
  const wrapped = { name: 'rescale', of: [{ name: 'general' }] }
  const { record } = await generate(toyModel(), { ...base, prompt: 'a AND b', guidance: wrapped }).result
  expect(record.recipe.guidance.of?.[0].name).toBe('composition')
  for (const guidance of ['apg', 'classifier-free']) {
    expect(() => plan({ ...base, prompt: 'a AND b', guidance }, toyModel())).toThrow(
      expect.objectContaining({ code: 'guidance-unsupported', where: 'prompt' }),
    )
  }
  expect(plan({ ...base, prompt: 'a AND b', syntax: 'plain' }, toyModel()).calls[0].max).toBe(2)
  const { record: negative } = await generate(toyModel(), { ...base, prompt: 'a', negatives: ['b AND c'] }).result
  expect(negative.recipe.roles).toEqual({})
})
