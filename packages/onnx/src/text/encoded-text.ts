import type { Tensor } from '@neg/core'

/** A text's embeddings by one encoder. @experimental */
export interface EncodedText {
  /** [tokens, channels]; [0, 0] of an encoder whose pooled output alone is read. */
  readonly hidden: Tensor
  /** [channels], where it is read. */
  readonly pooled?: Tensor
}
