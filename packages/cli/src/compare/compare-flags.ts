import type { FurtherModels } from '../arguments/further-models'
import type { KeyValues } from '../arguments/key-value'
import type { ModelFlags } from '../arguments/model-flags'
import type { NegativeFlags } from '../arguments/negatives'
import type { RoleFlags } from '../arguments/roles'

/** The options of `neg compare`. */
export interface CompareFlags extends ModelFlags {
  readonly prompt: string
  readonly negatives: NegativeFlags
  readonly roles?: RoleFlags
  readonly guidance: readonly string[]
  /** `NAME.KEY` → value. */
  readonly guidanceOption?: KeyValues
  readonly plugin?: readonly string[]
  readonly seeds: readonly string[]
  readonly scale?: number
  readonly distilledScale?: number
  readonly steps?: number
  readonly scheduler?: string
  readonly furtherModel?: FurtherModels
  readonly device: string
  readonly out?: string
  readonly json: boolean
}
