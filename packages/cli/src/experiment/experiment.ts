import type { Json, Pixels, Plugin, RecipeInput, RunCapture, Tensor } from '@neg/core'
import type { AttentionSample } from '@neg/core/analysis'

/** How much of an experiment is done: the smallest slice that runs all its code, a look at it, or the whole. */
export const sizes = ['smallest', 'quick', 'full'] as const
export type Size = (typeof sizes)[number]

/** The grid of a size. */
export interface Grid {
  readonly pairs: number
  readonly seeds: number
  /** Scheduler steps of a picture. */
  readonly steps: number
}

export const grids: Readonly<Record<Size, Grid>> = {
  smallest: { pairs: 1, seeds: 1, steps: 4 },
  quick: { pairs: 4, seeds: 3, steps: 20 },
  full: { pairs: 10, seeds: 10, steps: 20 },
}

/** A piece of an experiment that is done or not: what a run that was cut off resumes at. */
export interface Unit {
  readonly key: string
  /** Scheduler steps that it takes, for the progress bar. */
  readonly steps: number
}

/** A picture that was drawn. */
export interface Drawing {
  readonly image: Pixels
  readonly latents: Tensor
  readonly samples: readonly AttentionSample[]
}

/** What an experiment works with. */
export interface Lab {
  /** Draws with the model's own scheduler and scale. */
  draw(
    recipe: RecipeInput,
    options?: { readonly capture?: RunCapture; readonly plugins?: readonly Plugin[] },
  ): Promise<Drawing>
  /** Probability that a picture shows an attribute, by the model folder's image classifier. */
  judge(image: Pixels, attribute: string): Promise<number>
  decode(latents: Tensor): Promise<Pixels>
  /** Keeps a picture beside the report. */
  keep(name: string, image: Pixels): Promise<void>
}

/** What came out. */
export interface Findings {
  /** The numbers behind the figures. */
  readonly data: { readonly [key: string]: Json }
  /** SVG figures, by file name without ending. */
  readonly figures: Readonly<Record<string, string>>
  /** What is and is not found, next to what was published. */
  readonly text: string
}

/** One of the article's findings, looked for on a model. `U` are its units, `R` what a unit gives: plain JSON. */
export interface Experiment<U extends Unit, R extends Json> {
  readonly name: string
  /** The question. */
  readonly summary: string
  units(size: Size): readonly U[]
  run(unit: U, lab: Lab): Promise<R>
  report(results: readonly (readonly [U, R])[], size: Size): Findings
}

/** An experiment of whatever units. */
export type AnyExperiment = Experiment<Unit, Json>

/** Checks nothing at run time; gives units and results their types. */
export const defineExperiment = <U extends Unit, R extends Json>(experiment: Experiment<U, R>): AnyExperiment =>
  experiment as unknown as AnyExperiment

/** Six significant digits: what JSON needs. */
export const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(6)))

export const seedsOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)
