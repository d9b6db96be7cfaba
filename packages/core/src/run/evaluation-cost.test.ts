import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { builtInGuidances } from '../guidance/built-in'
import type { AnyGuidancePlugin } from '../guidance/guidance'
import { definePlugin } from '../guidance/guidance'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const base: GenerateInput = { prompt: 'a queen', negatives: ['glasses'], seed: '3', steps: 4, scale: 5 }
const about = { version: '1', summary: '', formula: '', source: '', options: z.strictObject({}), wraps: 0 } as const
const linear = (coefficients: (step: number) => readonly number[]): AnyGuidancePlugin =>
  definePlugin({
    ...about,
    name: 'mine',
    create: () => ({
      space: 'any',
      negatives: true,
      coefficients: ({ positive, null: nothing, negatives, step }) => {
        const conditions = [positive, nothing, ...negatives]
        return coefficients(step).map((c, i) => [conditions[i], c] as const)
      },
    }),
  }) as unknown as AnyGuidancePlugin

/** What a run of this recipe does: the rows that it ran, or the code of what it was refused with. */
async function outcome(recipe: GenerateInput, plugins: readonly AnyGuidancePlugin[] = []) {
  const model = toyModel()
  const requests = () => model.log.requests.reduce((sum, { rows }) => sum + rows.length, 0)
  const [error, result] = await generate(model, recipe, { plugins, decode: false }).result.then(
    (result) => [undefined, result] as const,
    (error: unknown) => [error as NegError, undefined] as const,
  )
  return { error, rows: requests(), run: result?.record.evaluations.run, latents: result?.latents }
}

test('a scale beyond what coefficients add up to is refused before anything runs, naming guidance and step', async () => {
  const recipe = { ...base, negatives: [], scale: 1e308, steps: 10 }
  expect(() => plan(recipe, toyModel())).toThrow(/'general' at step 0: the coefficients/)
  const { error, rows } = await outcome(recipe)
  expect(error).toMatchObject({ code: 'guidance-not-finite', where: 'step 0' })
  expect(rows).toBe(0)
})

test.each([
  ['0/0 at its first step', (step: number) => [step === 0 ? 0 / 0 : 1, 0.5], 'step 0'],
  ['infinite at its last', (step: number) => [1, step === 3 ? 1 / 0 : 0], 'step 3'],
])('a plug-in whose coefficient is %s is refused before anything runs', async (_, coefficients, where) => {
  const { error, rows } = await outcome({ ...base, guidance: 'mine' }, [linear(coefficients)])
  expect(error).toMatchObject({ code: 'guidance-not-finite', where, message: expect.stringContaining("'mine'") })
  expect(rows).toBe(0)
})

test('strengths whose product overflows, and curves, are refused', () => {
  const refused = (input: Partial<GenerateInput>) => {
    try {
      plan({ ...base, ...input }, toyModel())
    } catch (error) {
      return (error as NegError).message
    }
    return 'accepted'
  }
  const outside = { text: 'hat', scale: 1e200, outside: 1e200, window: { from: 0.5, to: 1 } }
  expect(refused({ negatives: [outside] })).toContain('step 0: the strength of negative 1 is Infinity')
  const points: [number, number][] = [
    [0, -1.7e308],
    [1, 1.7e308],
  ]
  expect(refused({ scale: { curve: 'linear', points } })).toContain('step 0: the scale is NaN')
})

test('bounds that are no whole numbers, or promise more than runs, are refused', async () => {
  const promising = (min: number, max: number) =>
    definePlugin({
      ...about,
      name: 'mine',
      create: () => ({
        space: 'any',
        negatives: true,
        bounds: () => [min, max] as const,
        guide: async (step) => (await step.predict(step.positive))[0],
      }),
    }) as unknown as AnyGuidancePlugin
  const recipe = { ...base, guidance: 'mine' }
  expect((await outcome(recipe, [promising(Number.NaN, 2)])).error).toMatchObject({ code: 'guidance-bounds' })
  expect((await outcome(recipe, [promising(1, Number.NaN)])).error).toMatchObject({ code: 'guidance-bounds' })
  const more = await outcome(recipe, [promising(2, 3)])
  expect(more.error).toMatchObject({ code: 'guidance-bounds', message: expect.stringContaining('ran 1 rows') })
  expect((await outcome(recipe, [promising(1, 3)])).run).toBe(4)
})

test.each([
  [
    'of another length',
    async (data: Float32Array) => ({ value: { data: data.subarray(1), shape: [data.length - 1] } }),
  ],
  ['nothing', async () => undefined],
  ['of an unknown space', async () => ({ space: 'noise' })],
])('what a guide gives that is %s is refused, saying what was expected', async (_, change) => {
  const mine = definePlugin({
    ...about,
    name: 'mine',
    create: () => ({
      space: 'eps',
      negatives: true,
      bounds: () => [1, 1] as const,
      guide: async (step) => {
        const [y] = await step.predict(step.positive)
        const changed = await change(y.value.data)
        return (changed && { ...y, ...changed }) as typeof y
      },
    }),
  }) as unknown as AnyGuidancePlugin
  const { error } = await outcome({ ...base, guidance: 'mine' }, [mine])
  expect(error).toMatchObject({
    code: 'plugin-failed',
    message: expect.stringContaining('expected 32 values of shape [2,4,4]'),
  })
})

/** Any double, NaN, infinities and numbers whose sums overflow among them. */
const wild = fc.oneof(fc.double(), fc.constantFrom(0, 1, -1, Number.NaN, Infinity, -Infinity, 1e308, -1e308, 1e-320))
const ordinary = builtInGuidances.filter((plugin) => {
  try {
    plan({ ...base, guidance: plugin.name }, toyModel())
    return true
  } catch {
    return false
  }
})

/** Every evaluation that `plan` announces runs and the picture is finite, or there is an error. */
async function holds(recipe: GenerateInput, plugins: readonly AnyGuidancePlugin[] = []) {
  const { error, run, latents } = await outcome(recipe, plugins)
  if (error) {
    expect(NegError.isInstance(error) && error.code !== 'internal', String(error)).toBe(true)
    return
  }
  const { min, max } = plan(recipe, toyModel(), { plugins })
  expect(min).toBeGreaterThan(0)
  expect(run).toBeGreaterThanOrEqual(min)
  expect(run).toBeLessThanOrEqual(max)
  expect(latents?.data.every(Number.isFinite)).toBe(true)
}

test('with any coefficients of a plug-in: what is announced runs, or an error', async () => {
  const rows = fc.array(fc.array(wild, { minLength: 3, maxLength: 3 }), { minLength: 4, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(rows, async (coefficients) => {
      fc.pre(coefficients.every((row) => row.some((c) => c !== 0)))
      await holds({ ...base, guidance: 'mine' }, [linear((step) => coefficients[step])])
    }),
    { numRuns: 200 },
  )
})

test('with any numbers in a recipe and any built-in guidance: what is announced runs, or an error', async () => {
  expect(ordinary.length).toBeGreaterThan(15)
  const scalar = fc.oneof(
    wild,
    fc.record({
      curve: fc.constantFrom('step', 'linear', 'cosine'),
      points: fc.tuple(fc.tuple(fc.constant(0), wild), fc.tuple(fc.constant(1), wild)),
    }),
  )
  const negative = fc.record({
    text: fc.constantFrom('glasses', 'hat', ''),
    scale: fc.option(scalar, { nil: undefined }),
    outside: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: wild }),
    window: fc.constantFrom(undefined, { from: 0.25, to: 0.75 }, { from: 0, to: 5, of: 'sigma' as const }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        guidance: fc.constantFrom(...ordinary.map(({ name }) => name)),
        scale: scalar,
        negatives: fc.array(negative, { maxLength: 2 }),
      }),
      (input) => holds({ ...base, ...input } as GenerateInput),
    ),
    { numRuns: 200 },
  )
})

test('a run in which no network takes part says so', async () => {
  const model = toyModel()
  const idle = { plugins: [linear(() => [0, 0])] }
  const { record } = await generate(model, { ...base, negatives: [], guidance: 'mine' }, idle).result
  expect(record.warnings.map(({ code }) => code)).toEqual(['network-unused'])
  expect((await generate(model, base).result).record.warnings).toEqual([])
})

test('a condition is named where its coefficient is none', () => {
  const named = (c: readonly number[]) => () =>
    plan({ ...base, guidance: 'mine' }, toyModel(), { plugins: [linear(() => c)] })
  expect(named([1, 0, Number.NaN])).toThrow('the coefficient of negative 1 is NaN')
  expect(named([1, -Infinity, 0])).toThrow('the coefficient of null is -Infinity')
})
