import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lagrangeCoefficients, lagrangeIntegral } from './lagrange'
import { solveLinear } from './linear-system'

const nodes = fc.uniqueArray(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 4 })

describe('Lagrange polynomials', () => {
  it('are 1 at their own node and 0 at the others', () => {
    fc.assert(
      fc.property(nodes, (at) =>
        at.every((_, k) => {
          const coefficients = lagrangeCoefficients(at, k)
          return at.every((x, i) => {
            const value = coefficients.reduce((sum, c) => sum * x + c, 0)
            return Math.abs(value - (i === k ? 1 : 0)) < 1e-8
          })
        }),
      ),
      { seed: 5 },
    )
  })

  it('integrate what they interpolate: x^p for p below their number', () => {
    fc.assert(
      fc.property(nodes, fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 }), (at, a, b) =>
        at.every((_, p) => {
          const integral = at.reduce((sum, x, k) => sum + x ** p * lagrangeIntegral(at, k, a, b), 0)
          const exact = (b ** (p + 1) - a ** (p + 1)) / (p + 1)
          return Math.abs(integral - exact) < 1e-6 * Math.max(1, Math.abs(exact))
        }),
      ),
      { seed: 5 },
    )
  })
})

describe('solveLinear', () => {
  it('solves what it is given, zeros on the diagonal included', () => {
    expect(solveLinear([[0, 2], [1, 1]], [4, 5])).toEqual([3, 2]) // biome-ignore format: one line
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }), {
          minLength: 3,
          maxLength: 3,
        }),
        (rows) => {
          const matrix = rows.map((row, i) => row.map((value, j) => value + (i === j ? 40 : 0)))
          const right = matrix.map((row) => row[0] - 2 * row[1] + 3 * row[2])
          return solveLinear(matrix, right).every((x, i) => Math.abs(x - [1, -2, 3][i]) < 1e-9)
        },
      ),
      { seed: 5 },
    )
  })
})
