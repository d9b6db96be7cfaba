import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { NegError } from '../errors/neg-error'
import { apg } from '../guidance/apg'
import { definePlugin } from '../guidance/guidance'
import { guidancePlugins } from '../guidance/registry'
import { resolveGuidance } from '../guidance/resolve'
import { generate } from '../run/generate'
import { plan } from '../run/plan'
import { toyModel } from '../run/toy-model.test-helper'
import { ddim } from '../schedulers/ddim'
import { createScheduler, findScheduler, schedulerEntries, schedulerFrom } from '../schedulers/registry'
import { defineScheduler } from '../schedulers/scheduler'
import { isPlugin, type Plugin } from './plugin'
import { registerPlugin } from './register'

/** DDIM whose network is asked once more than it has steps to do: another table, the same solver. */
const slow = (name: string, more: Partial<Parameters<typeof defineScheduler>[0]> = {}) =>
  defineScheduler({
    name,
    version: '2',
    aliases: [],
    source: 'this test',
    config: (ddim.config as unknown as z.ZodObject<Record<string, z.ZodType>>).extend({
      factor: z.number().int().min(1).default(2),
    }),
    create({ factor, ...config }) {
      const inner = ddim.create(config as never)
      return {
        ...inner,
        name,
        config: { ...inner.config, factor },
        schedule: ({ steps = 1, ...request }) => inner.schedule({ ...request, steps: steps * factor }),
      }
    },
    ...more,
  })

const styled = (name: string) =>
  definePlugin({
    name,
    version: '3',
    summary: '',
    formula: '',
    source: '',
    wraps: 0,
    roles: ['style'],
    options: z.strictObject({ much: z.number().default(2) }),
    create: ({ much }) => ({
      space: 'any',
      negatives: false,
      coefficients: ({ positive, roles }) => [[positive, 1 - much], ...roles.style.map((c) => [c, much] as const)],
    }),
  })

const refused = (run: () => unknown): NegError => {
  try {
    run()
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
  throw new Error('was accepted')
}

const recipe = { prompt: 'a pirate', seed: 1, steps: 3 }

describe('a scheduler of one’s own', () => {
  const plugins = [slow('SlowScheduler')]

  test('is drawn with by name, options over the model’s own; the record holds it', async () => {
    const asked = { ...recipe, scheduler: { name: 'slow', config: { factor: 3 } } }
    const { record, latents } = await generate(toyModel(), asked, { plugins }).result
    const same = await generate(toyModel(), { ...recipe, scheduler: 'ddim', steps: 9 }).result
    expect(latents.data).toEqual(same.latents.data)
    expect(record.recipe.scheduler).toMatchObject({
      name: 'SlowScheduler',
      version: '2',
      config: { factor: 3, steps_offset: 1, set_alpha_to_one: false },
    })
    expect(record.plugins).toEqual({ general: expect.any(String), SlowScheduler: '2' })
    expect(record.replayable).toMatchObject({ reason: expect.stringContaining('scheduler SlowScheduler') })
  })

  test('its record draws the same again; without it, or with another version, it is refused', async () => {
    const first = await generate(toyModel(), { ...recipe, scheduler: 'Slow' }, { plugins }).result
    // The record has the steps of the schedule that was walked.
    const again = { ...first.record.recipe, steps: recipe.steps }
    expect((await generate(toyModel(), again, { plugins }).result).latents.data).toEqual(first.latents.data)
    expect(refused(() => plan(again, toyModel())).code).toBe('scheduler-unknown')
    const newer = [{ ...plugins[0], version: '4' }]
    expect(refused(() => plan(again, toyModel(), { plugins: newer })).message).toContain('version 2; this is version 4')
    const own = { ...recipe, scheduler: { name: 'ddim', version: '1', config: {} } }
    expect(refused(() => plan(own, toyModel())).where).toBe('scheduler.version')
  })

  test('an option that it lacks is refused before a model is there, its own names in the list of all', () => {
    const wrong = { ...recipe, scheduler: { name: 'slow', config: { pace: 1 } } }
    expect(refused(() => plan(wrong, toyModel(), { plugins })).code).toBe('scheduler-option-unknown')
    expect(refused(() => plan({ ...recipe, scheduler: 'slo' }, toyModel(), { plugins })).message).toContain(
      'SlowScheduler',
    )
  })

  test('is offered where a guidance needs what it provides', () => {
    const asked = { ...recipe, guidance: 'cfg-plus-plus', scheduler: 'pndm', steps: 5 }
    const { message } = refused(() => plan(asked, toyModel(), { plugins }))
    expect(message).toContain("'ddim'")
    expect(message).toContain("'SlowScheduler'")
  })

  test('one that gives itself another name in the record is refused', () => {
    const wrong = slow('Sly', { create: (config: never) => ddim.create(config) })
    expect(refused(() => createScheduler({ name: 'sly', config: {} }, undefined, [wrong])).code).toBe('plugin-invalid')
    expect(refused(() => schedulerFrom(wrong)).message).toContain('DDIMScheduler')
  })
})

test('every scheduler that is offered for a split has it, and none that has it is left out', () => {
  const asked = { ...recipe, guidance: 'cfg-plus-plus', scheduler: 'pndm', steps: 5 }
  const { message } = refused(() => plan(asked, toyModel()))
  const offered = [...message.matchAll(/'([^']+)'/g)].map(([, name]) => name).slice(1)
  const run = (name: string) => {
    try {
      plan({ ...asked, scheduler: name }, toyModel())
      return true
    } catch {
      return false
    }
  }
  expect(offered.length).toBeGreaterThan(3)
  expect(offered.filter((name) => !run(name))).toEqual([])
  const works = schedulerEntries().filter(({ name }) => run(name))
  expect(offered.map((name) => findScheduler(name).name)).toEqual(works.map(({ name }) => name))
})

describe('a guidance of one’s own', () => {
  test('declares its roles beside its options: they are typed, and a recipe fills them', async () => {
    const plugins = [styled('styled')]
    const asked = { ...recipe, guidance: 'styled', roles: { style: [{ text: 'a sketch' }] } }
    const { record } = await generate(toyModel(), asked, { plugins }).result
    expect(record.plugins).toEqual({ styled: '3' })
    expect(
      refused(() => plan({ ...asked, roles: { stile: [{ text: 'x' }] } }, toyModel(), { plugins })).message,
    ).toContain('it declares style')
    definePlugin({
      ...plugins[0],
      create: () => ({
        space: 'any',
        negatives: false,
        // @ts-expect-error the definition declares no such role
        coefficients: ({ roles }) => roles.stile.map((c) => [c, 1] as const),
      }),
    })
  })

  test('roles that only what create gives declares compile without spelling types', () => {
    const loose = definePlugin({
      name: 'loose',
      version: '1',
      summary: '',
      formula: '',
      source: '',
      wraps: 0,
      options: z.strictObject({}),
      create: () => ({
        space: 'any',
        negatives: false,
        roles: ['style'],
        coefficients: ({ roles }) => roles.style.map((c) => [c, 1] as const),
      }),
    })
    expect(resolveGuidance({ name: 'loose' }, [loose]).guidance.roles).toEqual(['style'])
  })
})

describe('what is refused as a plug-in', () => {
  test.each<[string, readonly Plugin[], string]>([
    ['a built-in guidance’s name', [styled('general')], 'neg’s own'],
    ['a built-in scheduler’s name', [slow('DDIMScheduler')], 'neg’s own'],
    ['a built-in scheduler’s alias, spelled otherwise', [slow('Mine', { aliases: ['Euler A'] })], "'Euler A'"],
    ['a built-in scheduler’s name for a guidance', [styled('DDIMScheduler')], 'neg’s own'],
    ['one name twice', [slow('Mine'), slow('mine')], 'given twice'],
    ['one name for a guidance and a scheduler', [styled('mine'), slow('mine')], 'given twice'],
    ['what create gives', [schedulerFrom(ddim) as unknown as Plugin], 'pass the plug-in'],
    ['a scheduler without a version', [{ ...ddim, name: 'mine' } as unknown as Plugin], 'needs a version'],
    ['nothing', [null as unknown as Plugin], 'null is no plug-in'],
  ])('%s', (_, plugins, why) => {
    const { code, message } = refused(() => plan(recipe, toyModel(), { plugins }))
    expect([code, message]).toEqual(['plugin-invalid', expect.stringContaining(why)])
  })

  test('built-in plug-ins themselves may be passed', () => {
    expect(() => plan(recipe, toyModel(), { plugins: [apg] })).not.toThrow()
    expect(isPlugin(apg)).toBe(true)
  })
})

test('registerPlugin makes both kinds known to every recipe, once', async () => {
  const [scheduler, guidance] = [slow('RegisteredScheduler', { aliases: ['reg'] }), styled('registered')]
  registerPlugin(scheduler)
  registerPlugin(guidance)
  registerPlugin(guidance)
  expect(findScheduler('reg').name).toBe('RegisteredScheduler')
  expect(guidancePlugins().filter(({ name }) => name === 'registered')).toHaveLength(1)
  const asked = { ...recipe, guidance: 'registered', scheduler: 'reg', roles: { style: [{ text: 'ink' }] } }
  const { record } = await generate(toyModel(), asked).result
  expect(record.plugins).toEqual({ registered: '3', RegisteredScheduler: '2' })
  // Whoever draws it again needs both: that does not depend on how this program came by them.
  expect(record.replayable).not.toBe(true)
  expect(refused(() => registerPlugin(slow('Reg'))).code).toBe('plugin-invalid')
  expect(refused(() => plan(recipe, toyModel(), { plugins: [styled('registered')] })).code).toBe('plugin-invalid')
})
