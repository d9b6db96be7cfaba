import type { Json, Schema } from '../json/json'
import type { Requirement } from '../model/requirement'
import type { Guided, Space } from '../prediction/prediction'
import type { Recipe } from '../recipe/recipe'
import type { Tensor } from '../tensor/tensor'
import type { Condition } from './condition'
import type { GuidanceStep, StepView } from './step'

/** What a guidance gives at one evaluation: what the conformance laws ask of it is written in `@neg/testing`. */
interface GuidanceBase<R extends string> {
  /**
   * The space its predictions come in and its result is in. `any`: an affine combination, the same x0 in every space
   * (coefficients sum to 1), so the network's own space is used.
   */
  readonly space: Space | 'any'
  readonly requires?: readonly Requirement[]
  /** Conditions beyond positive, null and negatives. */
  readonly roles?: readonly R[]
  /** It reads negatives. A recipe with negatives for a guidance that reads none is refused. */
  readonly negatives: boolean
  /**
   * Its negatives act inside the network, by a strength that is this guidance's own: they need no s⁻, and a
   * guidance-distilled network takes them in its one pass. Default false.
   */
  readonly inNetwork?: boolean
  /**
   * Each of its negatives acts by itself, apart from the others: without a scale of its own each has the strength that it would
   * have alone, s⁻ = s⁺ − 1, whatever their number. Default false: (s⁺ − 1)/K.
   */
  readonly separate?: boolean
  /** Refuses, before anything runs, a recipe that it cannot carry out as written. @throws `guidance-unsupported` */
  check?(recipe: Recipe): void
}

/** Wholly described by coefficients: elision, an exact plan and remote combination follow. */
export interface LinearGuidance<R extends string = never> extends GuidanceBase<R> {
  coefficients(view: StepView<R>): readonly (readonly [Condition, number])[]
}

/** The fewest and the most rows of one evaluation. */
export type Bounds = readonly [min: number, max: number]

/** Anything else, in direct style. */
export interface StepGuidance<R extends string = never> extends GuidanceBase<R> {
  guide(step: GuidanceStep<R>): Promise<Guided>
  bounds(view: StepView<R>): Bounds
  /** Once per scheduler step, with the view of its first evaluation and the x the solver arrived at. */
  afterStep?(step: GuidanceStep<R>, next: Tensor): void | Promise<void>
}

export type Guidance<R extends string = never> = LinearGuidance<R> | StepGuidance<R>

/** What a plug-in exports. It needs no registry to be used; the registry lets CLI, server and studio find it by name. */
export interface GuidancePlugin<O = never, R extends string = never> {
  readonly name: string
  readonly version: string
  /** One line for lists. */
  readonly summary: string
  /** The formula, in the notation of docs/guidance.md. */
  readonly formula: string
  /** Paper or code. */
  readonly source: string
  readonly options: Schema<O>
  /** Options that lists describe it with, where some have no default. */
  readonly example?: { readonly [option: string]: Json }
  /**
   * Conditions that it reads beyond positive, null and negatives: `step.roles` has them, typed. Those that only some options
   * bring are said by what `create` gives.
   */
  readonly roles?: readonly R[]
  /** How many inner guidances it takes. */
  readonly wraps: 0 | 1 | 2
  create(options: O, inner: readonly Guidance<string>[]): Guidance<R>
}

/** A plug-in of whatever options and roles: what lists and look-ups by name deal in. */
export type AnyGuidancePlugin = GuidancePlugin<unknown, string>

/**
 * Checks nothing at run time; gives the options and roles their types. Where the definition has no `roles`, those that `create`
 * gives are any.
 */
export const definePlugin = <O, R extends string = string>(plugin: GuidancePlugin<O, R>): GuidancePlugin<O, R> => plugin
