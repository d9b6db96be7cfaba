import { expect, test } from 'vitest'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const base = { prompt: 'a pirate', steps: 3, scale: 5 }

test('a plan tells each call of the solver, and adds them up', () => {
  const heun = plan({ ...base, scheduler: 'heun', negatives: ['hat'] }, toyModel())
  expect(heun).toEqual({
    steps: 3,
    // Its last step has one evaluation.
    calls: [
      { step: 0, evaluation: 0, min: 2, max: 2 },
      { step: 0, evaluation: 1, min: 2, max: 2 },
      { step: 1, evaluation: 0, min: 2, max: 2 },
      { step: 1, evaluation: 1, min: 2, max: 2 },
      { step: 2, evaluation: 0, min: 2, max: 2 },
    ],
    min: 10,
    max: 10,
    exact: true,
    elided: 5,
  })
})

test('a guidance that decides on the way has bounds', () => {
  const cost = plan({ ...base, steps: 10, negatives: [], guidance: 'adaptive' }, toyModel())
  expect(cost.exact).toBe(false)
  expect(cost.min).toBeLessThan(cost.max)
  expect(cost.max).toBe(20)
  const sums = [cost.calls.map(({ min }) => min), cost.calls.map(({ max }) => max)].map((all) =>
    all.reduce((a, b) => a + b),
  )
  expect(sums).toEqual([cost.min, cost.max])
})
