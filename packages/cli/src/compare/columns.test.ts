import { expect, test } from 'vitest'
import { columnsOf } from './columns'
import type { CompareFlags } from './compare-flags'

const flags = (change: Partial<CompareFlags>): CompareFlags => ({
  prompt: 'a pirate',
  negatives: { defaults: {}, negatives: [{ text: 'hat' }] },
  guidance: ['general', 'perp-neg'],
  seeds: ['1'],
  device: 'auto',
  json: false,
  ...change,
})

test('the reference comes first, and each guidance gets its own options', () => {
  const columns = columnsOf(flags({ guidanceOption: { 'perp-neg.beta': 0.5 } }), [])
  expect(columns.map(({ name }) => name)).toEqual(['no negative', 'general', 'perp-neg'])
  expect(columns.map(({ recipe }) => recipe.negatives?.length)).toEqual([0, 1, 1])
  expect(columns[2].recipe.guidance).toEqual({ name: 'perp-neg', options: { beta: 0.5 } })
  expect(columns[1].recipe.guidance).toEqual({ name: 'general', options: {} })
})

test('a guidance that reads no negatives is drawn without them', () => {
  expect(columnsOf(flags({ guidance: ['classifier-free'] }), [])[1].recipe.negatives).toEqual([])
})

test('a guidance gets the roles that it reads', () => {
  const roles = { concept: [{ text: 'hat', scale: -1 }] }
  const [, general, composition] = columnsOf(flags({ guidance: ['general', 'composition'], roles }), [])
  expect([general.recipe.roles, composition.recipe.roles]).toEqual([undefined, roles])
})

test('an option of none of them is refused', () => {
  expect(() => columnsOf(flags({ guidanceOption: { 'apg.eta': 0 } }), [])).toThrow('NAME.KEY=VALUE')
  expect(() => columnsOf(flags({ guidanceOption: { beta: 0 } }), [])).toThrow('NAME.KEY=VALUE')
  expect(() => columnsOf(flags({ guidanceOption: { 'general.beta': 0 } }), [])).toThrow(
    expect.objectContaining({ code: 'guidance-option-invalid' }),
  )
})

test('a role that none of them reads is refused', () => {
  const roles = { concept: [{ text: 'hat' }] }
  expect(() => columnsOf(flags({ guidance: ['general'], roles }), [])).toThrow('--role concept is read by none')
  expect(() => columnsOf(flags({ roles: JSON.parse('{"__proto__":[{"text":"hat"}]}') }), [])).toThrow(
    '--role __proto__',
  )
})
