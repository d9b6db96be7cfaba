import type { Tensor } from '@neg/core'

/** A text's embeddings by one encoder. */
export interface EncodedText {
  /** [tokens, channels] */
  readonly hidden: Tensor
  /** [channels], where the encoder projects one. */
  readonly pooled?: Tensor
}
