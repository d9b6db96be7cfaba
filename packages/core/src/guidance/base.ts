import { type Condition, conditionKey } from './condition'
import { general } from './general'
import type { LinearGuidance } from './guidance'
import type { StepView } from './step'
import { effectiveTerms, type Term } from './terms'

const generalForm = general.create({}, []) as LinearGuidance<string>

/** The terms of the general form at a step. */
export const generalTerms = (view: StepView<string>): readonly Term[] => generalForm.coefficients(view)

/**
 * A negative's strength as a share of what it has in the usual negative prompt: f = s⁻ / (s⁺ − 1). By default 1/K for K
 * negatives, 0 where its window is closed. At s⁺ = 1, which leaves nothing to compare with, s⁻ itself.
 */
export const shareOf = ({ weight }: Condition, scale: number): number => (scale === 1 ? weight : weight / (scale - 1))

/**
 * The base d_b that guidance pushes away from, such that d_b + s⁺ (d_y − d_b) is the general form:
 *
 *   d_b = (1 − Σ f_i) d_∅ + Σ f_i d_{n_i},   f_i = s⁻_i / (s⁺ − 1).
 *
 * d_∅ without negatives, d_n with one negative of the usual strength. Methods published for two predictions take
 * negatives of any number and strength through it.
 */
export function baseTerms(view: StepView<string>): Term[] {
  const shares = view.negatives.map((negative): Term => [negative, shareOf(negative, view.scale)])
  const total = shares.reduce((sum, [, share]) => sum + share, 0)
  return effectiveTerms([[view.null, 1 - total], ...shares])
}

/** Negatives that act at a step. */
export const activeNegatives = (view: Pick<StepView<string>, 'negatives'>): readonly Condition[] =>
  view.negatives.filter(({ weight }) => weight !== 0)

/** How many rows these conditions cost: equal prompts share one. */
export const rowsOf = (conditions: readonly Condition[]): number => new Set(conditions.map(conditionKey)).size

/** How many rows a linear combination costs. */
export const rowsOfTerms = (terms: readonly Term[]): number => effectiveTerms(terms).length

/** How many rows a guidance costs that weighs each acting negative against null; without one, classifier-free guidance's. */
export const rowsAgainst = (view: StepView<string>, negatives: readonly Condition[]): number =>
  negatives.length === 0
    ? rowsOfTerms(generalTerms({ ...view, negatives }))
    : rowsOf([view.positive, view.null, ...negatives])

/** The conditions of terms. */
export const conditionsOf = (terms: readonly Term[]): Condition[] => terms.map(([condition]) => condition)
