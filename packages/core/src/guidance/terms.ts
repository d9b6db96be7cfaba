import { NegError } from '../errors/neg-error'
import type { Condition } from './condition'

/** A pass and its coefficient in a linear combination. */
export type Term = readonly [Condition, number]

/** Below this share of what is combined a coefficient is lost in float32. */
const negligible = 2 ** -24

/** Below this share of what was added up, a sum is its rounding in float64. */
const rounding = 2 ** -48

/**
 * The terms that need a network evaluation: equal conditions are merged (their coefficients add up), and those whose
 * coefficient is zero up to rounding are left out: |c| ≤ 2⁻²⁴ Σ|c| of the merged terms, or ≤ 2⁻⁴⁸ Σ|c| of the given ones.
 * @throws `guidance-not-finite` where a coefficient or Σ|c| is NaN or infinite: next to it every other would count as zero.
 */
export function effectiveTerms(terms: readonly Term[]): Term[] {
  const merged = new Map<string, Term>()
  for (const [condition, c] of terms) {
    const known = merged.get(condition.conditioning.id)
    merged.set(condition.conditioning.id, known ? [known[0], known[1] + c] : [condition, c])
  }
  const total = sumOf(terms)
  if (!Number.isFinite(total)) throw notFinite(terms)
  const distinct = [...merged.values()]
  const least = Math.max(negligible * sumOf(distinct), rounding * total)
  return distinct.filter(([, c]) => Math.abs(c) > least)
}

/** Σ|c| */
const sumOf = (terms: readonly Term[]): number => terms.reduce((sum, [, c]) => sum + Math.abs(c), 0)

function notFinite(terms: readonly Term[]): NegError {
  const odd = terms.find(([, c]) => !Number.isFinite(c))
  const found = odd
    ? `the coefficient of ${odd[0].role}${odd[0].role === 'negative' ? ` ${odd[0].index + 1}` : ''} is ${odd[1]}`
    : `the coefficients ${terms.map(([, c]) => c).join(', ')} add up beyond what a number holds`
  return new NegError(
    'guidance-not-finite',
    `${found}: expected finite numbers. Check the scale, the strengths and the options.`,
  )
}
