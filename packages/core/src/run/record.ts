import type { ModelInfo } from '../model/diffusion-model'
import type { Recipe } from '../recipe/recipe'
import type { RunWarning } from './event'

/** Which model drew, and what was added to its weights. */
export interface ModelIdentity {
  readonly id: string
  /** Of the model with what was added. */
  readonly digest: string
  readonly loras?: readonly { readonly name: string; readonly sha256: string; readonly weight: number }[]
  readonly embeddings?: readonly { readonly name: string; readonly sha256: string }[]
  /** ControlNets that the recipe names. */
  readonly controls?: readonly { readonly name: string; readonly sha256: string }[]
}

/** What a record says of a model. */
export const identityOf = (
  { id, digest, additions, controls = [] }: ModelInfo,
  { control = [] }: Pick<Recipe, 'control'> = {},
): ModelIdentity => ({
  id,
  digest,
  ...(additions?.loras.length
    ? { loras: additions.loras.map(({ name, sha256, weight }) => ({ name, sha256, weight })) }
    : {}),
  ...(additions?.embeddings.length
    ? { embeddings: additions.embeddings.map(({ name, sha256 }) => ({ name, sha256 })) }
    : {}),
  ...(control.length > 0
    ? {
        controls: controls
          .filter(({ name }) => control.some(({ controlnet }) => controlnet === name))
          .map(({ name, sha256 }) => ({ name, sha256 })),
      }
    : {}),
})

/**
 * Only what follows from recipe, models and versions (no times, dates, paths): a repeat gives the same record.
 */
export interface RunRecord {
  readonly format: 1
  readonly recipe: Recipe
  /** Name in the run (`main` is the model itself) → which model it was. */
  readonly models: Readonly<Record<string, ModelIdentity>>
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
