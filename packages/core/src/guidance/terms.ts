import { NegError } from '../errors/neg-error'
import { type Condition, conditionKey } from './condition'

/** A pass and its coefficient in a linear combination. */
export type Term = readonly [Condition, number]

/** Below this share of what is combined a coefficient is lost in float32. */
const negligible = 2 ** -24

/** Below this share of what was added up, a sum is its rounding in float64. */
const rounding = 2 ** -48

/** From Σ|c| of this on a sum could not be told from its rounding; predictions, float32, are nothing but noise long before. */
const most = 2 ** 40

/**
 * The terms that need a network evaluation: equal conditions are merged (their coefficients add up), and those whose
 * coefficient is zero up to rounding are left out: |c| ≤ 2⁻²⁴ Σ|c| of the merged terms, or ≤ 2⁻⁴⁸ Σ|c| of the given ones.
 * @throws `guidance-not-finite` where a coefficient or Σ|c| is no number or too large: next to it every other would count as zero.
 */
export function effectiveTerms(terms: readonly Term[]): Term[] {
  const merged = new Map<string, Term>()
  for (const [condition, c] of terms) {
    const key = conditionKey(condition)
    const known = merged.get(key)
    merged.set(key, known ? [known[0], known[1] + c] : [condition, c])
  }
  const total = sumOf(terms)
  if (!(total < most)) throw notFinite(terms)
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
    : `the coefficients ${terms.map(([, c]) => c).join(', ')} are too large to combine predictions with`
  return new NegError(
    'guidance-not-finite',
    `${found}: expected finite numbers, |c| below 2⁴⁰ together. Check the scale, the strengths and the options.`,
  )
}
