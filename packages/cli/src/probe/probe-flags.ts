import type { ModelFlags } from '../arguments/model-flags'

/** The options of `neg probe`; what was not given is undefined. */
export interface ProbeFlags extends ModelFlags {
  readonly prompt: string
  readonly negative: string
  /** The word of the negative that is watched. Default: all of it. */
  readonly word?: string
  /** The word of the prompt that it is measured against. Default: the one whose attention overlaps most. */
  readonly against?: string
  /** Whose tokens are watched, of a model that attends to those of several text encoders. */
  readonly encoder?: string
  readonly scale?: number
  readonly distilledScale?: number
  readonly steps?: number
  readonly scheduler?: string
  /** Modules that export schedulers. */
  readonly plugin?: readonly string[]
  readonly seed: string
  readonly device: string
  readonly out?: string
  readonly apply: boolean
  readonly json: boolean
}
