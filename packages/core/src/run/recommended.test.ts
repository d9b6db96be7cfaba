import { describe, expect, it } from 'vitest'
import type { AnyGuidancePlugin } from '../guidance/guidance'
import { definePlugin } from '../guidance/guidance'
import type { Recommendation } from '../model/recommendation'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { plan } from './plan'
import type { RunOptions } from './run'
import { toyModel } from './toy-model.test-helper'

const drawn = async (
  recommended: Recommendation | undefined,
  input: Partial<GenerateInput>,
  options: RunOptions = {},
) => {
  const model = toyModel({ info: recommended ? { recommended } : {} })
  const { record, latents } = await generate(model, { prompt: 'a pirate', seed: 1, ...input }, options).result
  return { ...record, latents, codes: record.warnings.map(({ code }) => code) }
}

describe('what a model recommends', () => {
  const recommended: Recommendation = {
    guidance: { name: 'apg', options: { eta: 0.5 } },
    scale: 3,
    steps: 6,
    scheduler: { name: 'EulerDiscreteScheduler', config: { timestep_spacing: 'trailing' } },
    width: 24,
    height: 16,
  }

  it('fills what a recipe leaves out; the record says it, and draws the same without it', async () => {
    const first = await drawn(recommended, { negatives: ['hat'] })
    expect(first.recipe).toMatchObject({
      guidance: { name: 'apg', options: { eta: 0.5, momentum: -0.5 } },
      scale: 3,
      steps: 6,
      scheduler: { name: 'EulerDiscreteScheduler', config: { timestep_spacing: 'trailing' } },
      width: 24,
      height: 16,
    })
    expect(first.codes).toEqual([])
    const again = await drawn(undefined, first.recipe as GenerateInput)
    expect(again.recipe).toEqual(first.recipe)
    expect(again.latents).toEqual(first.latents)
    const other = await drawn(
      { ...recommended, scale: 9, steps: 3, guidance: { name: 'cfg-zero-star' } },
      first.recipe as GenerateInput,
    )
    expect(other.latents).toEqual(first.latents)
  })

  it('gives way to what the recipe says, whole', async () => {
    const said = { guidance: 'apg', scale: 2, steps: 3, scheduler: 'ddim', width: 8, height: 8 } as const
    expect(await drawn(recommended, said)).toEqual(await drawn(undefined, said))
  })

  it('comes before what a distilled network has by default', async () => {
    const model = toyModel({ info: { distilled: true, recommended: { steps: 2 } } })
    const { record } = await generate(model, { prompt: 'a pirate' }).result
    expect(record.recipe).toMatchObject({ scale: 8.5, steps: 2 })
  })
})

describe('a recommended guidance', () => {
  /** Asks for a pass more than it uses, as methods made for negatives do. */
  const eager = definePlugin({
    name: 'eager',
    version: '1',
    summary: '',
    formula: '',
    source: '',
    options: { parse: () => ({}), toJSONSchema: () => ({ type: 'object' }) },
    wraps: 0,
    create: () => ({
      space: 'any',
      negatives: true,
      bounds: () => [3, 3],
      guide: async (step) => (await step.predict(step.positive, step.null, { ...step.null, index: 1 }))[0],
    }),
  }) as unknown as AnyGuidancePlugin

  it('costs no more than general where there is no negative', () => {
    const of = (name: string, negatives: string[], plugins?: AnyGuidancePlugin[]) =>
      plan({ prompt: 'a pirate', negatives, steps: 4 }, toyModel({ info: { recommended: { guidance: { name } } } }), {
        plugins,
      }).max
    expect(of('general', [])).toBe(8)
    expect(of('perp-neg', [])).toBe(8)
    expect(of('perp-neg', ['hat'])).toBe(12)
    expect(of('eager', [], [eager])).toBe(8)
    expect(of('eager', ['hat'], [eager])).toBe(12)
  })

  it.each<[string, Recommendation['guidance'], Partial<GenerateInput>, RegExp]>([
    ['takes one negative', { name: 'negative-prompt' }, { negatives: ['hat', 'beard'] }, /no more than one negative/],
    ['reads no negatives', { name: 'classifier-free' }, { negatives: ['hat'] }, /does not read negatives/],
    ['needs what the model lacks', { name: 'nag' }, { negatives: ['hat'] }, /does not provide/],
    ['is not known here', { name: 'mine' }, {}, /no guidance named 'mine'/],
  ])('that %s gives way to general, and the run says why', async (_, guidance, input, why) => {
    const record = await drawn({ guidance }, input)
    expect(record.recipe.guidance.name).toBe('general')
    expect(record.codes).toEqual(['recommendation-unused'])
    expect(record.warnings[0].message).toMatch(why)
  })

  it('has its window with it: what gives way to general is always on', async () => {
    const window = { from: 0, to: 0.4, of: 'schedule' } as const
    const windows = async (input: Partial<GenerateInput>) =>
      (await drawn({ guidance: { name: 'negative-prompt' }, window }, { steps: 5, ...input })).recipe.negatives.map(
        (negative) => negative.window,
      )
    expect(await windows({ negatives: ['hat'] })).toEqual([window])
    expect(await windows({ negatives: ['hat', 'beard'] })).toEqual([undefined, undefined])
    expect(await windows({ negatives: ['hat'], guidance: 'general' })).toEqual([undefined])
  })

  it('leaves refusals of the recipe as they are', async () => {
    const role = { roles: { concept: [{ text: 'hat' }] } }
    const refusal = (recommended?: Recommendation) => drawn(recommended, role).catch((error) => String(error))
    expect(await refusal({ guidance: { name: 'apg' } })).toBe(await refusal())
  })
})

describe('what is assumed of a model', () => {
  const recommended: Recommendation = {
    scale: 1,
    steps: 4,
    assumed: { settings: ['scale', 'steps'], because: "its name, 'sd-turbo', is of a model distilled to few steps" },
  }

  it('is said where a run takes it', async () => {
    const { warnings } = await drawn(recommended, {})
    expect(warnings).toHaveLength(1)
    expect(warnings[0].message).toMatch(
      /^scale 1, 4 steps: assumed for toy, because its name, 'sd-turbo', .* Say scale and steps/,
    )
    expect((await drawn(recommended, { scale: 2 })).warnings[0].message).toMatch(/^4 steps: assumed/)
    expect((await drawn(recommended, { scale: () => 1, timesteps: [999, 499] })).warnings).toEqual([])
    expect((await drawn(recommended, { scale: 1, steps: 4 })).warnings).toEqual([])
  })
})
