import { expect, test } from 'vitest'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

test('a need of what a wrapper wraps is told with the names of both', () => {
  const guidance = { name: 'window', of: [{ name: 'dynamic-negative' }] }
  expect(() => plan({ prompt: 'a pirate', guidance }, toyModel())).toThrow(
    "Guidance 'window(dynamic-negative)' needs scheduler.transition",
  )
})

test('a role that a guidance lacks is refused with those it has', () => {
  const refused = (guidance: string) => () =>
    plan({ prompt: 'a pirate', guidance, roles: { style: [{ text: 'x' }] } }, toyModel())
  expect(refused('general')).toThrow("Guidance 'general' has no role 'style': it declares none.")
  expect(refused('sega')).toThrow(/Guidance 'sega' has no role 'style': it declares \w+(, \w+)*\./)
})
