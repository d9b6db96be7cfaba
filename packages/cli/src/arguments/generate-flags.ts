import type { ControlFlags } from './control'
import type { FurtherModels } from './further-models'
import type { KeyValues } from './key-value'
import type { ModelFlags } from './model-flags'
import type { NegativeFlags } from './negatives'
import type { RoleFlags } from './roles'

/** The options of `neg generate` that say what is drawn; what was not given is undefined. */
export interface RecipeFlags {
  readonly prompt?: string
  readonly negatives: NegativeFlags
  readonly roles?: RoleFlags
  readonly scale?: number
  readonly distilledScale?: number
  readonly null?: 'auto' | 'zeros' | 'empty-text'
  readonly guidance?: string
  readonly guidanceOption?: KeyValues
  /** Modules that export guidances and schedulers. */
  readonly plugin?: readonly string[]
  readonly scheduler?: string
  readonly schedulerOption?: KeyValues
  readonly steps?: number
  readonly seed?: readonly string[]
  readonly count?: number
  readonly width?: number
  readonly height?: number
  readonly strength?: number
  readonly feather?: number | false
  readonly syntax?: 'plain' | 'a1111'
  readonly longPrompts?: 'truncate' | 'chunk'
  readonly maxSequenceLength?: number
}

/** The options of `neg generate` that say with what, from what and where to. */
export interface OutputFlags extends ModelFlags {
  readonly furtherModel?: FurtherModels
  readonly device: string
  readonly out?: string
  readonly latents?: string
  readonly recipe?: string
  readonly from?: string
  readonly image?: string
  readonly mask?: string
  readonly controls?: ControlFlags
  readonly json: boolean
  readonly timings: boolean
  readonly demo: boolean
}

export type GenerateFlags = RecipeFlags & OutputFlags
