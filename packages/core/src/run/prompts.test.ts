import { expect, test } from 'vitest'
import { prepareRun } from './prepare-run'
import { distinctInputs, promptKey, timedPrompts } from './prompts'
import { toyModel } from './toy-model.test-helper'

const promptsOf = (input: object) =>
  timedPrompts(prepareRun(toyModel(), { prompt: 'a', steps: 4, ...input }).plan.recipe)

test('sizes of the positive hold for null and negatives, unless those have their own', () => {
  const positive = { originalSize: [512, 512] as [number, number] }
  const negative = { originalSize: [64, 64] as [number, number] }
  const shared = promptsOf({ negatives: ['b', ''], micro: { positive } })
  for (const prompt of [shared.positive, shared.null, ...shared.negatives]) expect(prompt.at(0).micro).toEqual(positive)
  const own = promptsOf({ negatives: ['b'], micro: { positive, negative } })
  expect([own.positive, own.null, own.negatives[0]].map((p) => p.at(0).micro)).toEqual([positive, negative, negative])
})

test('where a timed negative has no text yet it is the null condition', () => {
  const { negatives, null: unconditional } = promptsOf({ negatives: ['[(b):0.5]'], syntax: 'a1111', null: 'zeros' })
  expect([0, 1].map((step) => negatives[0].at(step))).toEqual([unconditional.at(0), unconditional.at(0)])
  expect(negatives[0].at(2).text).toBe('b')
})

test('a negative’s embedding weight blends it with the null that the recipe names', () => {
  const blend = (input: object) =>
    promptsOf({ negatives: [{ text: 'b', embeddingWeight: 0.25 }], ...input }).negatives[0].at(0)
  expect(blend({}).blend).toEqual([
    { text: 'b', weight: 0.25 },
    { text: '', weight: 0.75 },
  ])
  expect(blend({ null: 'zeros' })).toMatchObject({ null: 'zeros', blend: [{ text: 'b' }, { text: null }] })
})

test('prompts are one only where all that the model is told of them is equal', () => {
  const prompts: Parameters<typeof promptKey>[0][] = [
    { text: 'a' },
    { text: 'b' },
    { text: null },
    { text: 'a', micro: { originalSize: [512, 512] } },
    { text: 'a', micro: { originalSize: [64, 64] } },
    { text: 'a', weights: [[0, 1, 1.5]] },
    { text: 'a', longPrompts: 'chunk' },
    { text: 'a', blend: [{ text: 'a', weight: 0.5 }] },
  ]
  expect(new Set(prompts.map(promptKey)).size).toBe(prompts.length)
  expect(promptKey({ text: 'a', weights: [] })).toBe(promptKey({ text: 'a' }))
  const [positive, negative] = [512, 64].map((n) => ({ originalSize: [n, n] as [number, number] }))
  const own = promptsOf({ negatives: ['a'], micro: { positive, negative } })
  // The prompt, the null condition and the negative.
  expect(distinctInputs(own).size).toBe(3)
})
