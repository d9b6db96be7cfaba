import type { Recipe } from '../recipe/recipe'
import type { RunWarning } from './event'

/**
 * Only what follows from recipe, models and versions (no times, dates, paths): a repeat gives the same record.
 */
export interface RunRecord {
  readonly format: 1
  readonly recipe: Recipe
  /** Name in the run (`main` is the model itself) → which model it was. */
  readonly models: Readonly<Record<string, { readonly id: string; readonly digest: string }>>
  /** Guidances used, and the scheduler where it is a plug-in: name → version. */
  readonly plugins: Readonly<Record<string, string>>
  /** neg's version. */
  readonly neg: string
  readonly numerics: {
    readonly backend: string
    readonly runtime: string
    readonly device: string
    readonly threads: number
    readonly graph: string
    /** The most rows one session call held. */
    readonly rowsPerCall: number
    /** Edge in pixels of the tiles that the picture was decoded in; absent where it was decoded whole. */
    readonly tiles?: number
  }
  /** Rows run, conditions that needed no row, rows run for observation only. */
  readonly evaluations: {
    readonly run: number
    readonly elided: number
    readonly observed: number
    /** Of `run`, rows that inverted the picture, and rows that found the mask. */
    readonly before?: { readonly inversion: number; readonly find: number }
  }
  readonly replayable: true | { readonly reason: string }
  readonly warnings: readonly RunWarning[]
}
