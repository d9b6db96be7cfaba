import { expect, test } from 'vitest'
import { scalarAt, scalarSchema } from './scalar'

test('a number is itself everywhere', () => {
  expect(scalarAt(7.5, 0.3)).toBe(7.5)
  expect(scalarAt(0, 0.9)).toBe(0)
})

test('a step curve holds each value until the next point', () => {
  const curve = {
    curve: 'step' as const,
    points: [
      [0.25, 1],
      [0.5, 3],
    ] as [number, number][],
  }
  expect([0, 0.25, 0.49, 0.5, 1].map((p) => scalarAt(curve, p))).toEqual([1, 1, 1, 3, 3])
})

test('linear and cosine curves pass through their points and meet in the middle', () => {
  const points: [number, number][] = [
    [0.2, 10],
    [0.6, 2],
  ]
  for (const curve of ['linear', 'cosine'] as const) {
    expect(scalarAt({ curve, points }, 0)).toBe(10)
    expect(scalarAt({ curve, points }, 0.2)).toBe(10)
    expect(scalarAt({ curve, points }, 0.4)).toBeCloseTo(6, 12)
    expect(scalarAt({ curve, points }, 0.6)).toBe(2)
    expect(scalarAt({ curve, points }, 0.9)).toBe(2)
  }
  expect(scalarAt({ curve: 'linear', points }, 0.3)).toBeCloseTo(8, 12)
  expect(scalarAt({ curve: 'cosine', points }, 0.3)).toBeGreaterThan(8.5)
})

test('points out of order, NaN and infinity are refused', () => {
  expect(
    scalarSchema.safeParse({
      curve: 'linear',
      points: [
        [0.5, 1],
        [0.5, 2],
      ],
    }).success,
  ).toBe(false)
  expect(scalarSchema.safeParse(Number.NaN).success).toBe(false)
  expect(scalarSchema.safeParse(Number.POSITIVE_INFINITY).success).toBe(false)
})
