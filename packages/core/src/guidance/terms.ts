import type { Condition } from './condition'

/** A pass and its coefficient in a linear combination. */
export type Term = readonly [Condition, number]

/** Below this share of Σ|c| a coefficient is float32 rounding. */
const negligible = 2 ** -24

/**
 * The terms that need a network evaluation: equal conditions are merged (their coefficients add up), and those whose
 * coefficient is zero up to rounding, |c| ≤ 2⁻²⁴ Σ|c|, are left out. Σ|c| is of the terms as given.
 */
export function effectiveTerms(terms: readonly Term[]): Term[] {
  const merged = new Map<string, Term>()
  let total = 0
  for (const [condition, c] of terms) {
    total += Math.abs(c)
    const known = merged.get(condition.conditioning.id)
    merged.set(condition.conditioning.id, known ? [known[0], known[1] + c] : [condition, c])
  }
  return [...merged.values()].filter(([, c]) => Math.abs(c) > negligible * total)
}
