import type { KeyValues } from '../arguments/key-value'
import type { NegativeFlags } from '../arguments/negatives'

/** The options of `neg compare`. */
export interface CompareFlags {
  readonly prompt: string
  readonly negatives: NegativeFlags
  readonly guidance: readonly string[]
  /** `NAME.KEY` → value. */
  readonly guidanceOption?: KeyValues
  readonly plugin?: readonly string[]
  readonly seeds: readonly string[]
  readonly scale?: number
  readonly steps?: number
  readonly scheduler?: string
  readonly model?: string
  readonly device: string
  readonly out?: string
  readonly json: boolean
}
