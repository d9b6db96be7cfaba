import { expect, test } from 'vitest'
import { roleCollector } from './roles'

test('scale and window belong to the role before them; a role may have several concepts', () => {
  const roles = roleCollector()
  roles.role('concept=a hat')
  roles.scale('-1')
  roles.role('concept=a=b')
  roles.window('ban2024-adjective')
  roles.role('weak=')
  expect(roles.flags()).toEqual({
    concept: [
      { text: 'a hat', scale: -1 },
      { text: 'a=b', window: { from: 9 / 30, to: 1, of: 'schedule' } },
    ],
    weak: [{ text: '' }],
  })
})

test('a role without a name, and a scale without a role, are refused', () => {
  expect(() => roleCollector().role('hat')).toThrow('--role must be NAME=TEXT')
  expect(() => roleCollector().role('=hat')).toThrow('--role must be NAME=TEXT')
  expect(() => roleCollector().scale('1')).toThrow('belongs after the --role')
})

test('a role of any name is told on, so that it can be refused', () => {
  const roles = roleCollector()
  roles.role('__proto__=hat')
  expect(Object.entries(roles.flags())).toEqual([['__proto__', [{ text: 'hat' }]]])
})
