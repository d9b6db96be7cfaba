import type { RecipeInput } from '@neg/core'
import { expect, test } from 'vitest'
import type { RecipeFlags } from '../arguments/generate-flags'
import type { KeyValues } from '../arguments/key-value'
import { type OwnDefaults, recipeOf, seedsOf } from './recipes'

const none: RecipeFlags = { negatives: { defaults: {}, negatives: [] } }
const own: OwnDefaults = {
  scheduler: { name: 'PNDMScheduler', config: {} },
  guidance: { name: 'general' },
}
const base: RecipeInput = {
  prompt: 'a witch',
  negatives: [{ text: 'hat', scale: 2 }, { text: 'glasses' }],
  scale: 5,
  steps: 20,
  timesteps: [900, 500, 100],
  seed: '7',
  scheduler: { name: 'DDIMScheduler', config: { eta: 0.3, clip_sample: false } },
  guidance: { name: 'general', options: { a: 1 } },
}

test('without options a base is drawn as it is', () => {
  expect(recipeOf(none, base, own)).toEqual(base)
})

test('options override the base, field by field', () => {
  const recipe = recipeOf({ ...none, prompt: 'a king', scale: 0, schedulerOption: { eta: 1 } }, base, own)
  expect(recipe.prompt).toBe('a king')
  expect(recipe.scale).toBe(0)
  expect(recipe.scheduler).toEqual({ name: 'DDIMScheduler', config: { eta: 1, clip_sample: false } })
  expect(recipe.negatives).toEqual(base.negatives)
})

test('another scheduler or guidance begins without the options of the one before', () => {
  const flags = { ...none, scheduler: 'euler', guidance: 'classifier-free', guidanceOption: { b: 2 } }
  const recipe = recipeOf(flags, base, own)
  expect(recipe.scheduler).toEqual({ name: 'euler', config: {} })
  expect(recipe.guidance).toEqual({ name: 'classifier-free', options: { b: 2 } })
})

test('timesteps, sigmas and their number are no keys of a configuration: they are the walk, and replace the base’s', () => {
  const walked = (schedulerOption: KeyValues, scheduler?: string) =>
    recipeOf({ ...none, schedulerOption, ...(scheduler ? { scheduler } : {}) }, base, own)
  const { steps: _, timesteps: __, ...walkless } = base
  expect(walked({ timesteps: [999, 500] })).toEqual({ ...walkless, timesteps: [999, 500] })
  expect(walked({ sigmas: '14, 5,0', s_churn: 1 }, 'euler')).toEqual({
    ...walkless,
    sigmas: [14, 5, 0],
    scheduler: { name: 'euler', config: { s_churn: 1 } },
  })
  expect(walked({ timesteps: 999 }).timesteps).toEqual([999])
  expect(walked({ num_inference_steps: 4 })).toEqual({ ...walkless, steps: 4 })
  const wrongs: KeyValues[] = [
    { timesteps: '999,' },
    { sigmas: [1, 'a'] },
    { num_inference_steps: 2.5 },
    { timesteps: true },
  ]
  for (const wrong of wrongs) {
    expect(() => walked(wrong)).toThrow(expect.objectContaining({ code: 'option-invalid' }))
  }
  const twice: Partial<RecipeFlags>[] = [
    { steps: 3, schedulerOption: { timesteps: [9] } },
    { schedulerOption: { sigmas: [9, 0], timesteps: [9] } },
  ]
  for (const flags of twice) {
    expect(() => recipeOf({ ...none, ...flags }, base, own)).toThrow(/exclude each other/)
  }
})

test('scheduler options without a name are for the model’s own scheduler', () => {
  const recipe = recipeOf({ ...none, prompt: 'a king', schedulerOption: { skip_prk_steps: true } }, {}, own)
  expect(recipe.scheduler).toEqual({ name: 'PNDMScheduler', config: { skip_prk_steps: true } })
})

test('given negatives replace those of the base; settings alone hold for all of the base’s', () => {
  const given = { defaults: { scale: 3 }, negatives: [{ text: 'beard' }, { text: 'tie', scale: 1 }] }
  expect(recipeOf({ negatives: given }, base, own).negatives).toEqual([
    { text: 'beard', scale: 3 },
    { text: 'tie', scale: 1 },
  ])
  const window = { from: 0.1, to: 0.5 }
  expect(recipeOf({ negatives: { defaults: { window }, negatives: [] } }, base, own).negatives).toEqual([
    { text: 'hat', scale: 2, window },
    { text: 'glasses', window },
  ])
})

test('a setting of negatives without any negative is refused', () => {
  const flags = { negatives: { defaults: { scale: 3 }, negatives: [] } }
  expect(() => recipeOf(flags, { prompt: 'a king' }, own)).toThrow(/--negative-scale needs a --negative/)
})

test('given concepts replace those of the base in their role', () => {
  const roles = { concept: [{ text: 'hat', scale: -1 }] }
  const of = (given: RecipeFlags, before: Partial<RecipeInput> = {}) =>
    recipeOf(given, { ...base, ...before }, own).roles
  expect(of({ ...none, roles })).toEqual(roles)
  const before = { concept: [{ text: 'tie' }], weak: [{ text: 'a' }] }
  expect(of({ ...none, roles }, { roles: before })).toEqual({ ...before, ...roles })
  expect(of({ ...none, roles: {} }, { roles: before })).toEqual(before)
})

test('a number of steps takes the place of the base’s timesteps', () => {
  expect(recipeOf({ ...none, steps: 10 }, base, own)).not.toHaveProperty('timesteps')
  expect(recipeOf({ ...none, scale: 3 }, base, own).timesteps).toEqual(base.timesteps)
})

test('a prompt is needed from somewhere', () => {
  expect(() => recipeOf(none, {}, own)).toThrow('A prompt is missing')
})

test('seeds: those given, else the base’s, else a random one; count goes on from one', () => {
  expect(seedsOf({ ...none, seed: ['1', '2'] }, base)).toEqual(['1', '2'])
  expect(seedsOf(none, base)).toEqual(['7'])
  expect(seedsOf(none, {})[0]).toMatch(/^\d+$/)
  expect(seedsOf({ ...none, count: 3 }, base)).toEqual(['7', '8', '9'])
  expect(() => seedsOf({ ...none, count: 3, seed: ['1', '2'] }, base)).toThrow('exclude each other')
})

test('options without a name are of the model’s own scheduler and guidance, as it recommends them', () => {
  const recommended: OwnDefaults = {
    scheduler: { name: 'EulerDiscreteScheduler', config: { timestep_spacing: 'trailing' } },
    guidance: { name: 'rescale', options: { phi: 0.5 }, of: [{ name: 'apg', options: { eta: 1 } }] },
  }
  const flags = { ...none, prompt: 'a king', schedulerOption: { s_churn: 1 }, guidanceOption: { phi: 0.7 } }
  const recipe = recipeOf(flags, {}, recommended)
  expect(recipe.scheduler).toEqual({
    name: 'EulerDiscreteScheduler',
    config: { timestep_spacing: 'trailing', s_churn: 1 },
  })
  expect(recipe.guidance).toEqual({ ...recommended.guidance, options: { phi: 0.7 } })
  expect(recipeOf({ ...none, prompt: 'a king' }, {}, recommended)).toEqual({ prompt: 'a king', negatives: [] })
})
