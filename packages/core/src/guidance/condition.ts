import type { AttentionEdit } from '../model/attention'
import type { Conditioning } from '../model/conditioning'
import type { Level } from '../prediction/prediction'
import type { Tensor } from '../tensor/tensor'

/** A condition as it stands at this step: prompt timing, window and weight already applied. */
export interface Condition {
  /** `positive`, `null`, `negative`, or a role that the guidance declares. */
  readonly role: string
  readonly index: number
  readonly conditioning: Conditioning
  /**
   * Its strength at this step. A negative's is its s⁻ (own scale, or (s⁺ − 1)/K; s⁺ − 1 where the guidance is `separate`) times `outside` where its window is
   * closed; for other roles its own scale (default 1), windowed likewise; 1 for `positive` and `null`.
   */
  readonly weight: number
  /** Whether its window is open at this evaluation; true where it has none. */
  readonly open: boolean
  /** The network is fed zeros in place of the picture that it reads (`ModelInfo.reads`). Default false. */
  readonly withoutImage?: boolean
}

/** What makes two conditions of a step one. */
export const conditionKey = ({ conditioning, withoutImage }: Condition): string =>
  withoutImage ? `${conditioning.id} without image` : conditioning.id

/** A pass with something changed. */
export interface Pass {
  readonly condition: Condition
  readonly x?: Tensor
  readonly level?: Level
  /** The name of another model of the run (`RunOptions.models`). */
  readonly model?: string
  readonly edit?: AttentionEdit
}
