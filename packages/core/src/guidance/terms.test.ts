import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Condition } from './condition'
import { effectiveTerms } from './terms'

const condition = (id: string): Condition => ({
  role: 'negative',
  index: 0,
  weight: 1,
  open: true,
  conditioning: { id, prompt: { text: id }, words: [], length: 77, warnings: [], release: () => {} },
})

test('zero coefficients are left out, however s and s − 1 were rounded', () => {
  fc.assert(
    fc.property(fc.double({ min: 1.001, max: 50, noNaN: true }), (s) => {
      const terms = effectiveTerms([
        [condition('y'), s],
        [condition('null'), 1 - s + (s - 1)],
        [condition('n'), -(s - 1)],
      ])
      expect(terms.map(([c]) => c.conditioning.id)).toEqual(['y', 'n'])
    }),
  )
})

test('what counts as rounding is measured by the sizes of coefficients, which may cancel', () => {
  const ids = (nothing: number) =>
    effectiveTerms([
      [condition('y'), 5],
      [condition('null'), nothing],
      [condition('n'), -5],
    ]).map(([c]) => c.conditioning.id)
  expect(ids(9 * 2 ** -24)).toEqual(['y', 'n'])
  expect(ids(-9 * 2 ** -24)).toEqual(['y', 'n'])
  expect(ids(11 * 2 ** -24)).toEqual(['y', 'null', 'n'])
})

test('equal conditions are merged', () => {
  const terms = effectiveTerms([
    [condition('y'), 5],
    [condition('null'), 0],
    [condition('y'), -4],
  ])
  expect(terms.map(([c, w]) => [c.conditioning.id, w])).toEqual([['y', 1]])
})

test('what remains of large coefficients that cancel is not taken for rounding', () => {
  const terms = effectiveTerms([
    [condition('null'), 8388608.5],
    [condition('null'), -8388607.5],
  ])
  expect(terms.map(([c, w]) => [c.conditioning.id, w])).toEqual([['null', 1]])
})

test.each([[[1, Number.NaN]], [[Number.POSITIVE_INFINITY, 1]], [[1e308, -1e308]]])('%s are refused', ([a, b]) => {
  const terms = [[condition('y'), a] as const, [condition('null'), b] as const]
  expect(() => effectiveTerms(terms)).toThrow(expect.objectContaining({ code: 'guidance-not-finite' }))
})
