import { expect, test } from 'vitest'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { toyModel } from './toy-model.test-helper'

const base = { prompt: 'a pirate', seed: '3', steps: 4, scale: 5 }

test('a guidance that a distilled model leaves scale 1 says so', async () => {
  const model = toyModel({ info: { distilled: true } })
  const codes = async (input: Partial<GenerateInput>) =>
    (await generate(model, { ...base, ...input }).result).record.warnings.map(({ code }) => code)
  expect(await codes({ guidance: 'apg' })).toEqual(['scale-in-network'])
  expect(await codes({ guidance: 'apg', distilledScale: 1 })).toEqual([])
  for (const guidance of ['general', 'classifier-free', 'negative-prompt']) {
    expect([guidance, await codes({ guidance })]).toEqual([guidance, []])
  }
})

const warned = async (input: Partial<GenerateInput>, info: Parameters<typeof toyModel>[0] = {}) =>
  (await generate(toyModel(info), { ...base, ...input }).result).record.warnings

test('a negative that never acts is named, a long one by its beginning', async () => {
  const long = 'a hat that is very large and has a feather on it'
  for (const [text, named] of [
    ['hat', '"hat"'],
    [long.slice(0, 40), `"${long.slice(0, 40)}"`],
    [long, `"${long.slice(0, 40)}…"`],
  ]) {
    const [empty, ...others] = await warned({ negatives: [{ text, window: { from: 0.01, to: 0.1 } }] })
    expect(others).toEqual([])
    expect(empty.code).toBe('window-empty')
    expect(empty.message).toMatch(`The negative ${named} never acts`)
    expect(empty.message).toContain('[0.01, 0.1), a step is 1/4 of the run')
  }
})

test('a negative without strength says why: its own, or the scale’s', async () => {
  const messages = async (input: Partial<GenerateInput>) =>
    (await warned(input)).filter(({ code }) => code === 'negative-without-effect').map(({ message }) => message)
  expect(await messages({ negatives: [{ text: 'hat', scale: 0 }] })).toEqual([
    'The negative "hat" has no effect: its strength is 0.',
  ])
  const [atOne] = await messages({ scale: 1, negatives: ['hat'] })
  expect(atOne).toContain('which is 0 at scale 1')
  expect(await messages({ negatives: ['hat'] })).toEqual([])
})

test('timesteps that a model will round are told, only there', async () => {
  const karras = { scheduler: { name: 'euler', config: { use_karras_sigmas: true } } }
  const codes = async (...args: Parameters<typeof warned>) => (await warned(...args)).map(({ code }) => code)
  expect(await codes(karras, { info: { timestep: { batched: true, integer: true } } })).toEqual(['timestep-fraction'])
  expect(await codes(karras)).toEqual([])
  expect(await codes({}, { info: { timestep: { batched: true, integer: true } } })).toEqual([])
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

const codes = async (input: Partial<GenerateInput>) =>
  (await generate(toyModel(), { ...base, ...input }).result).record.warnings.map(({ code, message }) => [code, message])

test('a negative whose default strength is below 0 says that it attracts', async () => {
  const negatives = ['eye patch']
  expect(await codes({ negatives, scale: 0.5 })).toEqual([
    ['negative-attracts', expect.stringContaining('"eye patch" attracts in 4 of 4 evaluations')],
  ])
  expect(await codes({ negatives, scale: 0.5, guidance: 'negative-prompt' })).toMatchObject([['negative-attracts', {}]])
  const scale = { curve: 'linear' as const, points: [[0, 0] as [number, number], [1, 3] as [number, number]] }
  expect(await codes({ negatives, scale })).toEqual([
    ['negative-attracts', expect.stringContaining('attracts in 2 of 4 evaluations')],
  ])
})

test('a negative that repels, or attracts because that was asked for, says nothing', async () => {
  expect(await codes({ negatives: ['eye patch'], scale: 1.5 })).toEqual([])
  expect(await codes({ negatives: [{ text: 'eye patch', scale: 2 }], scale: 0.5 })).toEqual([])
  expect(await codes({ negatives: [{ text: 'eye patch', scale: -2 }] })).toEqual([])
  expect(await codes({ negatives: ['eye patch'], scale: 0.5, guidance: 'sld' })).toEqual([])
})

const safely = { name: 'sld', options: { preset: 'max' } }

test.each([
  ['general', 'general', 1],
  ['negative-prompt', 'negative-prompt', 1],
  ['sld', safely, -1],
])('below scale 1 the numbers do what is said of %s', async (_, guidance, towards) => {
  const latentsOf = async (input: Partial<GenerateInput>) =>
    (await generate(toyModel(), { ...base, steps: 1, guidance, ...input }, { decode: false }).result).latents.data
  const without = await latentsOf({ scale: 0.5 })
  const withIt = await latentsOf({ scale: 0.5, negatives: ['eye patch'] })
  const itself = await latentsOf({ scale: 1, prompt: 'eye patch' })
  const nearer = without.reduce((sum, x, i) => sum + (withIt[i] - x) * (itself[i] - x), 0)
  expect(Math.sign(nearer)).toBe(towards)
})
