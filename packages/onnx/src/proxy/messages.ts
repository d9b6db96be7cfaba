import type { ErrorCode, ModelInfo, Requirement, Tensor } from '@neg/core'
import type { Conditioning, DenoiseRow } from '@neg/core/adapter'

/** The model's methods as they cross; conditionings cross as numbers. */
export type Method =
  | 'load'
  | 'prepare'
  | 'encode'
  | 'tensors'
  | 'denoise'
  | 'decode'
  | 'encodeImage'
  | 'gradient'
  | 'classify'
  | 'judge'
  | 'draw'
  | 'dispose'

/** Caller to worker. */
export type Request =
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'abort'; readonly id: number }
  /** What the call tells on its way is wanted at once, no longer with its answer. */
  | { readonly kind: 'watch'; readonly id: number }
  | { readonly kind: 'release'; readonly handle: number }

/** Worker to caller. */
export type Response =
  | { readonly kind: 'told'; readonly id: number; readonly told: readonly unknown[] }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown; readonly told: readonly unknown[] }
  | { readonly kind: 'error'; readonly id: number; readonly error: CrossedError; readonly told: readonly unknown[] }

/** An error as data. */
export type CrossedError =
  | { readonly neg: { readonly code: ErrorCode; readonly message: string; readonly where?: string } }
  | { readonly name: string; readonly message: string; readonly stack?: string }

/** What a caller is told of a model that was loaded. */
export interface LoadedModel {
  readonly info: ModelInfo
  readonly provides: ReadonlySet<Requirement>
  /** Optional methods that it has. */
  readonly methods: readonly ('encodeImage' | 'gradient' | 'classify' | 'judge')[]
  /** Whole runs can be drawn there. */
  readonly draws: boolean
}

/** A conditioning that stays in the worker. */
export interface CrossedConditioning extends Pick<Conditioning, 'id' | 'words' | 'length' | 'warnings'> {
  readonly handle: number
}

/** A row whose conditionings are handles. */
export interface CrossedRow extends Omit<DenoiseRow, 'conditioning' | 'edit'> {
  readonly conditioning: number
  readonly edit?: {
    readonly name: string
    readonly options: NonNullable<DenoiseRow['edit']>['options']
    readonly against?: number
    readonly x?: Tensor
  }
}
