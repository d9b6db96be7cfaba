import { expect, test } from 'vitest'
import { isOpen, windowSchema } from './window'

const at = (step: number, steps: number, timestepProgress = 0, sigma = 1) => ({ step, steps, timestepProgress, sigma })
const openSteps = (from: number, to: number, steps: number) =>
  Array.from({ length: steps }, (_, i) => i).filter((i) => isOpen({ from, to, of: 'schedule' }, at(i, steps)))

test('open at step i of N when from ≤ i/N < to', () => {
  expect(openSteps(0, 1, 5)).toEqual([0, 1, 2, 3, 4])
  expect(openSteps(0.2, 0.6, 5)).toEqual([1, 2])
  expect(openSteps(4 / 30, 15 / 30, 30)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
})

test('edges on a step are exact whatever k/N·N rounds to', () => {
  for (let n = 1; n <= 60; n++) {
    for (let k = 0; k < n; k++) expect(openSteps(k / n, (k + 1) / n, n)).toEqual([k])
  }
})

test('timestep and sigma windows compare their own position', () => {
  expect(isOpen({ from: 0.5, to: 1, of: 'timestep' }, at(0, 10, 0.5))).toBe(true)
  expect(isOpen({ from: 0.5, to: 1, of: 'timestep' }, at(9, 10, 0.49))).toBe(false)
  expect(isOpen({ from: 0.28, to: 5.42, of: 'sigma' }, at(0, 10, 0, 14))).toBe(false)
  expect(isOpen({ from: 0.28, to: 5.42, of: 'sigma' }, at(0, 10, 0, 1))).toBe(true)
})

test('they are open at their beginning and closed at their end: neighbours never overlap', () => {
  const [first, second] = [
    { from: 0.2, to: 0.5 },
    { from: 0.5, to: 0.7 },
  ]
  for (const of of ['timestep', 'sigma'] as const) {
    const open = (position: number) => [first, second].map((w) => isOpen({ ...w, of }, at(0, 10, position, position)))
    expect([0.2, 0.5, 0.7].map(open)).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ])
  }
})

test('a window that ends before it begins, or beyond the run, is refused', () => {
  expect(windowSchema.safeParse({ from: 0.5, to: 0.2 }).error?.issues[0].message).toContain('above from')
  expect(windowSchema.safeParse({ from: 0.5, to: 1.2 }).success).toBe(false)
  expect(windowSchema.safeParse({ from: 2, to: 14, of: 'sigma' }).success).toBe(true)
  expect(windowSchema.parse({ from: 0, to: 1 }).of).toBe('schedule')
})
