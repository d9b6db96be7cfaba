import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NegError } from '../errors/neg-error'
import type { AnyGuidancePlugin } from '../guidance/guidance'
import { definePlugin } from '../guidance/guidance'
import { maxAbs, minus } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { batched } from './batched'
import type { RunEvent } from './event'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { plan } from './plan'
import type { RunOptions } from './run'
import { toyModel } from './toy-model.test-helper'

const base = { prompt: 'a pirate', seed: '3', steps: 6, scale: 5 }
const latentsOf = async (input: GenerateInput, model = toyModel(), options: RunOptions = {}) =>
  (await generate(model, input, options).result).latents
const distance = (a: Tensor, b: Tensor) => maxAbs(minus(a, b)) / maxAbs(b)
const rowsPerCall = (model: ReturnType<typeof toyModel>) => model.log.requests.map(({ rows }) => rows.length)
const texts = (model: ReturnType<typeof toyModel>) =>
  model.log.requests.map(({ rows }) => rows.map((r) => r.conditioning.prompt.text))

async function failureOf(input: GenerateInput, model = toyModel(), options: RunOptions = {}): Promise<NegError> {
  const error = await generate(model, input, options).result.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!NegError.isInstance(error)) throw new Error(`expected a NegError, got ${error}`)
  expect(model.log.requests).toEqual([])
  return error
}

describe('laws of the general form', () => {
  const scale = fc.double({ min: 1.01, max: 20, noNaN: true })

  test('with (s, s − 1) it is the negative prompt, and runs no null pass', async () => {
    await fc.assert(
      fc.asyncProperty(scale, async (s) => {
        const model = toyModel()
        const negatives = [{ text: 'hat', scale: s - 1 }]
        const general = await latentsOf({ ...base, scale: s, negatives }, model)
        expect(new Set(rowsPerCall(model))).toEqual(new Set([2]))
        const negative = await latentsOf({ ...base, scale: s, negatives: ['hat'], guidance: 'negative-prompt' })
        expect(distance(general, negative)).toBeLessThan(1e-6)
      }),
      { numRuns: 20, seed: 1 },
    )
  })

  test('the default strength of K negatives is (s − 1) / K each: no null pass', async () => {
    const model = toyModel()
    await latentsOf({ ...base, negatives: ['hat', 'beard', 'glasses'] }, model)
    expect(new Set(texts(model).map((t) => t.join()))).toEqual(new Set(['a pirate,hat,beard,glasses']))
  })

  test('scale 1 runs one pass and gives exactly d_y', async () => {
    const model = toyModel()
    const guided = await latentsOf({ ...base, scale: 1, negatives: ['hat'] }, model)
    expect(new Set(texts(model).map((t) => t.join()))).toEqual(new Set(['a pirate']))
    const plain = definePlugin({
      ...passThrough,
      create: () => ({
        space: 'any',
        negatives: true,
        bounds: () => [1, 1],
        guide: async (s) => (await s.predict(s.positive))[0],
      }),
    })
    const alone = await latentsOf({ ...base, guidance: 'pass-through' }, toyModel(), {
      plugins: [plain as AnyGuidancePlugin],
    })
    expect(guided.data).toEqual(alone.data)
  })

  test('scale 0 is the null condition alone, and not a default', async () => {
    const model = toyModel()
    await latentsOf({ ...base, scale: 0 }, model)
    expect(new Set(texts(model).map((t) => t.join()))).toEqual(new Set(['']))
  })

  test('negative "" equals the unconditional', async () => {
    const model = toyModel()
    const empty = await latentsOf({ ...base, negatives: [''] }, model)
    expect(new Set(rowsPerCall(model))).toEqual(new Set([2]))
    expect(empty.data).toEqual((await latentsOf(base)).data)
  })

  test('negative = positive shares the pass and gives d_y', async () => {
    const model = toyModel()
    const same = await latentsOf({ ...base, negatives: [base.prompt] }, model)
    expect(new Set(rowsPerCall(model))).toEqual(new Set([1]))
    expect(same.data).toEqual((await latentsOf({ ...base, scale: 1 })).data)
  })

  test('a negative outside its window costs nothing and leaves plain guidance', async () => {
    const model = toyModel()
    const run = generate(model, { ...base, negatives: [{ text: 'hat', window: { from: 1 / 3, to: 2 / 3 } }] })
    const { record } = await run.result
    expect(texts(model).map((t) => t.join())).toEqual([
      'a pirate,',
      'a pirate,',
      'a pirate,hat',
      'a pirate,hat',
      'a pirate,',
      'a pirate,',
    ])
    expect(record.evaluations).toEqual({ run: 12, elided: 6, observed: 0 })
  })

  test('window [0, 1) equals always; a window without steps equals no negative, with a warning', async () => {
    const negative = (from: number, to: number) => ({ ...base, negatives: [{ text: 'hat', window: { from, to } }] })
    expect((await latentsOf(negative(0, 1))).data).toEqual((await latentsOf({ ...base, negatives: ['hat'] })).data)
    const { latents, record } = await generate(toyModel(), negative(0.01, 0.1)).result
    expect(latents.data).toEqual((await latentsOf(base)).data)
    expect(record.warnings.map(({ code }) => code)).toEqual(['window-empty'])
  })

  test('outside multiplies the strength where the window is closed', async () => {
    const model = toyModel()
    const window = { from: 0, to: 0.5 }
    const kept = await latentsOf({ ...base, negatives: [{ text: 'hat', window, outside: 1 }] }, model)
    expect(kept.data).toEqual((await latentsOf({ ...base, negatives: ['hat'] })).data)
  })
})

const passThrough = {
  name: 'pass-through',
  version: '1',
  summary: '',
  formula: '',
  source: '',
  options: { parse: () => ({}), toJSONSchema: () => ({}) },
  wraps: 0 as const,
}

describe('plan and cost', () => {
  test('plan is exact for linear guidance: generate runs just that', async () => {
    const negatives = fc.array(
      fc.record({
        text: fc.constantFrom('', 'hat', 'beard', 'a pirate'),
        scale: fc.option(fc.constantFrom(0, 1, 2.5, 4), { nil: undefined }),
        window: fc.option(fc.constantFrom({ from: 0, to: 0.5 }, { from: 0.3, to: 0.9 }), { nil: undefined }),
      }),
      { maxLength: 3 },
    )
    const scheduler = fc.constantFrom('ddim', 'pndm', 'euler')
    await fc.assert(
      fc.asyncProperty(negatives, fc.constantFrom(0, 0.5, 1, 5), scheduler, async (negatives, scale, scheduler) => {
        const model = toyModel()
        const input = { ...base, scale, negatives, scheduler }
        const cost = plan(input, model)
        const { record } = await generate(model, input).result
        expect(cost.exact).toBe(true)
        expect(record.evaluations.run).toBe(cost.min)
        expect(record.evaluations.elided).toBe(cost.elided)
        expect(rowsPerCall(model).reduce((a, b) => a + b, 0)).toBe(cost.min)
      }),
      { numRuns: 60, seed: 2 },
    )
  })

  test('each distinct prompt is encoded once and released', async () => {
    const model = toyModel()
    await latentsOf({ ...base, negatives: ['hat', 'hat', ''] }, model)
    expect(model.log.encoded.map(({ text }) => text)).toEqual(['a pirate', '', 'hat'])
    expect(model.log.released).toBe(3)
  })

  test('a guidance that leaves its bounds is stopped', async () => {
    const greedy = {
      ...passThrough,
      create: () => ({
        space: 'any',
        negatives: false,
        bounds: () => [1, 1],
        guide: async (s: { positive: never; null: never; predict: (...p: never[]) => Promise<unknown[]> }) =>
          (await s.predict(s.positive, s.null))[0],
      }),
    } as unknown as AnyGuidancePlugin
    const run = generate(toyModel(), { ...base, guidance: 'pass-through' }, { plugins: [greedy] })
    await expect(run.result).rejects.toMatchObject({ code: 'guidance-bounds' })
  })
})

describe('what is refused before a network runs', () => {
  test.each<[string, Partial<GenerateInput>, string]>([
    ['a width that the model does not draw', { width: 33 }, 'size-invalid'],
    ['an unknown scheduler', { scheduler: 'nope' }, 'scheduler-unknown'],
    [
      'an option that the scheduler lacks',
      { scheduler: { name: 'ddim', config: { solver_order: 2 } } },
      'scheduler-option-unknown',
    ],
    ['an unknown guidance', { guidance: 'nope' }, 'guidance-unknown'],
    [
      'an option that the guidance lacks',
      { guidance: { name: 'general', options: { beta: 1 } } },
      'guidance-option-invalid',
    ],
    ['a negative where none is read', { guidance: 'classifier-free', negatives: ['hat'] }, 'negative-unsupported'],
    [
      'a strength of its own for negative-prompt',
      { guidance: 'negative-prompt', negatives: [{ text: 'hat', scale: 2 }] },
      'guidance-unsupported',
    ],
    ['a role that nobody declared', { roles: { style: [{ text: 'x' }] } }, 'guidance-unsupported'],
    ['a seed that is none', { seed: 'abc' }, 'seed-invalid'],
    ['an image that is not there', { image: { sha256: 'a'.repeat(64) } }, 'guidance-unsupported'],
  ])('%s', async (_, change, code) => {
    expect((await failureOf({ ...base, ...change })).code).toBe(code)
  })

  test('a negative on a guidance-distilled model, unless distilledScale insists', async () => {
    const distilled = () => toyModel({ info: { distilled: true } })
    const error = await failureOf({ ...base, negatives: ['hat'] }, distilled())
    expect(error.code).toBe('negative-unsupported')
    expect(error.message).toContain('distilledScale')
    const model = distilled()
    await latentsOf({ ...base, negatives: ['hat'], distilledScale: 1 }, model)
    expect(model.log.requests[0].rows.map((row) => row.guidanceInput)).toEqual([1, 1])
  })

  test('a distilled model is told its scale, in one pass', async () => {
    const model = toyModel({ info: { distilled: true } })
    await latentsOf({ ...base, scale: 8.5 }, model)
    expect(model.log.requests.every(({ rows }) => rows.length === 1 && rows[0].guidanceInput === 8.5)).toBe(true)
  })
})

describe('a run', () => {
  test('gives its steps in order, the picture last, and a record that repeats', async () => {
    const run = generate(toyModel(), { ...base, negatives: ['hat'] }, { previews: { every: 2 } })
    const events: RunEvent[] = []
    for await (const event of run) events.push(event)
    expect(events.map((e) => (e.type === 'step-end' ? e.step : e.type))).toEqual([
      0,
      1,
      'preview',
      2,
      3,
      'preview',
      4,
      5,
      'image',
    ])
    const { record } = await run.result
    const again = await generate(toyModel(), JSON.parse(JSON.stringify(record.recipe))).result
    expect(again.record).toEqual(record)
    expect(again.latents.data).toEqual((await run.result).latents.data)
  })

  test('the record is plain JSON, complete, and knows no time or path', async () => {
    const { record } = await generate(toyModel(), { prompt: 'x', scale: (p) => 3 + p, steps: 4 }).result
    expect(JSON.parse(JSON.stringify(record))).toEqual(record)
    expect(record.recipe.scheduler.config).toMatchObject({ beta_schedule: 'scaled_linear', eta: 0 })
    expect(record.recipe.scale).toEqual({
      curve: 'step',
      points: [
        [0, 3],
        [0.25, 3.25],
        [0.5, 3.5],
        [0.75, 3.75],
      ],
    })
    expect(record.recipe.seed).toMatch(/^\d+$/)
  })

  test('a scale function and the curve that its record holds draw the same', async () => {
    const first = await generate(toyModel(), { ...base, scale: (p) => 8 * (1 - p) }).result
    const replay = await generate(toyModel(), first.record.recipe).result
    expect(replay.latents.data).toEqual(first.latents.data)
  })

  test('an unregistered plug-in makes the record say so', async () => {
    const plain = {
      ...passThrough,
      create: () => ({ space: 'any', negatives: false, coefficients: (v: { positive: unknown }) => [[v.positive, 1]] }),
    }
    const { record } = await generate(
      toyModel(),
      { ...base, guidance: 'pass-through' },
      { plugins: [plain as unknown as AnyGuidancePlugin] },
    ).result
    expect(record.replayable).toMatchObject({ reason: expect.stringContaining('pass-through') })
  })

  test('NaN that a scheduler makes of finite predictions is an error that names it and the step', async () => {
    const huge = toyModel({ output: (_, plain) => ({ ...plain, data: plain.data.fill(3e38) }) })
    const run = generate(huge, { ...base, scale: 1, scheduler: { name: 'euler' } })
    await expect(run.result).rejects.toMatchObject({
      code: 'latents-not-finite',
      message: expect.stringMatching(/EulerDiscreteScheduler.*step 0/),
    })
  })

  test('NaN in a prediction is an error that names step and pass', async () => {
    const model = toyModel({
      output: (row, plain) =>
        row.conditioning.prompt.text === 'hat' && row.t < 400 ? { ...plain, data: plain.data.fill(Number.NaN) } : plain,
    })
    const run = generate(model, { ...base, negatives: ['hat'] })
    await expect(run.result).rejects.toMatchObject({
      code: 'prediction-not-finite',
      message: expect.stringMatching(/negative at step \d/),
    })
    expect(model.log.released).toBe(model.log.encoded.length)
  })

  test('abort stops between passes and releases what was encoded', async () => {
    const model = toyModel({ before: () => new Promise((resolve) => setTimeout(resolve, 5)) })
    const run = generate(model, { ...base, steps: 500 })
    for await (const event of run) if (event.type === 'step-end' && event.step === 2) break
    await expect(run.result).rejects.toMatchObject({ name: 'AbortError' })
    const calls = model.log.requests.length
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(model.log.requests.length).toBeLessThanOrEqual(calls + 1)
    expect(model.log.released).toBe(2)
  })
})

test('a scheduler that walks upwards draws nothing', async () => {
  expect(await failureOf({ ...base, scheduler: 'ddim-inverse' })).toMatchObject({ code: 'scheduler-mismatch' })
})

describe('what is encoded', () => {
  const encoded = async (recipe: object, options = {}) => {
    const model = toyModel()
    await generate(model, { ...base, ...recipe }, options).result
    return model.log.encoded.map(({ text }) => text)
  }

  test('the prompts that take part: the null prompt only where its coefficient is not zero', async () => {
    expect(await encoded({ negatives: ['hat'] })).toEqual(['a pirate', 'hat'])
    expect(await encoded({ negatives: [{ text: 'hat', window: { from: 0.5, to: 1 } }] })).toContain('')
    expect(await encoded({ negatives: [{ text: 'hat', scale: 1 }] })).toContain('')
    expect(await encoded({ negatives: ['hat'], guidance: 'apg' })).toEqual(['a pirate', '', 'hat'])
  })
})

describe('prompt timing', () => {
  test('each distinct text is encoded once and used in its steps', async () => {
    const model = toyModel()
    await latentsOf({ ...base, scale: 1, prompt: '[cat:dog:0.5]', syntax: 'a1111' }, model)
    expect(texts(model).map((t) => t[0])).toEqual(['cat', 'cat', 'cat', 'dog', 'dog', 'dog'])
    // The null prompt has no part in a run at scale 1.
    expect(model.log.encoded.map(({ text }) => text)).toEqual(['cat', 'dog'])
  })
})

describe('batched', () => {
  test('runs that wait are joined, and none depends on its neighbours', async () => {
    const model = toyModel()
    const together = batched(model)
    const inputs = [3, 4, 5].map((seed) => ({ ...base, seed, steps: 4 + (seed % 2), negatives: ['hat'] }))
    const results = await Promise.all(inputs.map((input) => generate(together, input).result))
    expect(model.log.requests.length).toBe(5)
    expect(rowsPerCall(model)[0]).toBe(6)
    for (const [i, input] of inputs.entries()) expect(results[i].latents.data).toEqual((await latentsOf(input)).data)
  })

  test('aborting one leaves the others going', async () => {
    const together = batched(toyModel({ before: () => new Promise((resolve) => setTimeout(resolve, 2)) }))
    const first = generate(together, { ...base, steps: 20 })
    const second = generate(together, { ...base, seed: 9, steps: 20 })
    for await (const event of first) if (event.type === 'step-end' && event.step === 3) break
    await expect(first.result).rejects.toMatchObject({ name: 'AbortError' })
    expect((await second.result).latents.data).toEqual((await latentsOf({ ...base, seed: 9, steps: 20 })).data)
  })
})

describe('observation', () => {
  test('idle observe runs elided passes, which never enter the picture and are counted apart', async () => {
    const capture = { layers: [{ name: 'a', height: 1, width: 1, norms: new Float32Array(1), meanSquare: 0 }] }
    const model = toyModel({ provides: ['attention.capture'] })
    const watched = {
      ...model,
      denoise: async (...a: Parameters<typeof model.denoise>) => {
        const result = await model.denoise(...a)
        return {
          ...result,
          rows: result.rows.map((row, i) => (a[0].rows[i].capture ? { ...row, attention: capture } : row)),
        }
      },
    }
    const input = { ...base, negatives: [{ text: 'hat', window: { from: 0, to: 0.5 } }] }
    const options: RunOptions = {
      capture: { roles: ['positive', 'negative'], tokens: 'words', maps: false, idle: 'observe' },
    }
    const merged = { ...options, capture: { ...options.capture!, layers: 'merged' as const } }
    for await (const event of generate(watched, input, merged)) {
      if (event.type === 'attention') expect(event.capture.layers.map(({ name }) => name)).toEqual(['merged'])
    }
    const run = generate(watched, input, options)
    const seen: string[] = []
    for await (const event of run) if (event.type === 'attention') seen.push(`${event.step} ${event.role}`)
    expect(seen).toEqual([0, 1, 2, 3, 4, 5].flatMap((step) => [`${step} positive`, `${step} negative`]))
    const { latents, record } = await run.result
    expect(record.evaluations).toEqual({ run: 12, elided: 6, observed: 3 })
    expect(latents.data).toEqual((await latentsOf(input)).data)
  })

  test('a run that asks for what the model lacks is refused', async () => {
    const capture = { roles: ['positive'], tokens: 'all' as const, maps: true }
    expect((await failureOf(base, toyModel(), { capture })).code).toBe('guidance-unsupported')
  })
})
