import type { DenoiseRow } from '@neg/core/adapter'
import type { Embedding } from '../text/embed'

/** A row with its conditionings' tensors. @experimental */
export interface ResolvedRow {
  readonly row: DenoiseRow
  readonly embedding: Embedding
  /** The edit's second context. */
  readonly against?: Embedding
  /** The row that holds the second context, for edits that look at one; it is in the same session call. */
  readonly companion?: ResolvedRow
}
