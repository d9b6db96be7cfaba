import { expect, test } from 'vitest'
import { timeLeft } from './time-left'

test('what is left takes as long a step as what is done', () => {
  const pictures = [
    { step: 10, steps: 10, done: true },
    { step: 5, steps: 10, done: false },
    { step: 0, steps: 20, done: false },
  ]
  expect(timeLeft(pictures, 3000)).toBe(5000)
  expect(timeLeft([{ step: 0, steps: 10, done: false }], 3000)).toBeUndefined()
})
