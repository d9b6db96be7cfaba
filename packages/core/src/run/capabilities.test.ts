import { expect, test } from 'vitest'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

test('a need of what a wrapper wraps is told with the names of both', () => {
  const guidance = { name: 'window', of: [{ name: 'dynamic-negative' }] }
  expect(() => plan({ prompt: 'a pirate', guidance }, toyModel())).toThrow(
    "Guidance 'window(dynamic-negative)' needs scheduler.transition",
  )
})
