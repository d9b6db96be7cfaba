import { expect, test } from 'vitest'
import { prepareRun } from './prepare-run'
import { toyModel } from './toy-model.test-helper'

const resolved = (input: object, info: Parameters<typeof toyModel>[0] = {}) =>
  prepareRun(toyModel(info), { prompt: 'a', ...input }).plan.recipe
const refusal = (input: object, info: Parameters<typeof toyModel>[0] = {}) => {
  try {
    resolved(input, info)
  } catch (error) {
    const { code, message, where } = error as { code: string; message: string; where?: string }
    return { code, message, where }
  }
  return undefined
}

test('a size that this very model can’t draw is refused, with the nearest that it can', () => {
  const coarse = { info: { sizeMultiple: 32 } }
  for (const side of ['width', 'height']) {
    expect(refusal({ [side]: 72 }, coarse)).toMatchObject({ code: 'size-invalid', where: side })
    expect(refusal({ [side]: 72 }, coarse)?.message).toContain('multiples of 32. Try 64 or 96.')
    expect(refusal({ [side]: 8 }, coarse)?.message).toContain('Try 32 or 64.')
    expect(refusal({ [side]: 64 }, coarse)).toBeUndefined()
  }
})

test('what a recipe leaves open is the model’s, or neg’s default', () => {
  expect(resolved({})).toMatchObject({ width: 32, height: 32, scale: 5, steps: 20, null: 'empty-text', negatives: [] })
  expect(resolved({}, { info: { null: 'zeros' } }).null).toBe('zeros')
  expect(resolved({ null: 'empty-text' }, { info: { null: 'zeros' } }).null).toBe('empty-text')
  expect(resolved({}, { info: { distilled: true } })).toMatchObject({ scale: 8.5, steps: 4 })
  expect(resolved({ scale: 0 }).scale).toBe(0)
  const [first, second] = [resolved({}).seed, resolved({}).seed]
  expect(first).toMatch(/^\d+$/)
  expect(first).not.toBe(second)
})

test('timesteps or sigmas say how many steps there are, one of the two', () => {
  const euler = { scheduler: 'euler' }
  expect(resolved({ ...euler, timesteps: [900, 500, 1] }).steps).toBe(3)
  // diffusers takes the last σ for the end of the last step.
  expect(resolved({ ...euler, sigmas: [10, 5, 1] }).steps).toBe(2)
  expect(refusal({ ...euler, timesteps: [900], sigmas: [10] })).toMatchObject({
    code: 'recipe-invalid',
    where: 'sigmas',
  })
})

test('a scale for the network is refused where the network takes none', () => {
  expect(refusal({ distilledScale: 1 })).toMatchObject({ code: 'recipe-invalid', where: 'distilledScale' })
  expect(resolved({ distilledScale: 1 }, { info: { distilled: true } }).distilledScale).toBe(1)
})
