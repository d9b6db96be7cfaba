import type { Requirement } from '@neg/core'
import type { AttentionCapture, DenoiseRow } from '@neg/core/adapter'
import type { GraphPatch } from '../graph/graph-patch'
import type { Value } from '../session/value'
import type { ResolvedRow } from './resolved-row'

/** The denoiser's graph as a run needs it: plain, or with what the run's edits and captures add. @experimental */
export interface DenoiserGraph {
  /** Goes into the record: the last bits may depend on the graph. */
  readonly name: string
  readonly provides: ReadonlySet<Requirement>
  /** The attention layers that can be watched and edited, by name; `all` where none was closed. */
  readonly open: ReadonlySet<string> | 'all'
  /** Edits that look at a row of their own in the same call. Default none. */
  readonly companions?: ReadonlySet<string>
  /** What is appended to the model's bytes; nothing for the plain graph. */
  readonly patch?: GraphPatch
  /** Inputs that the patch added, for the rows of one call in order. */
  feeds(rows: readonly ResolvedRow[]): Readonly<Record<string, Value>>
  /** What the patch's outputs say of each row. */
  attention(
    outputs: Readonly<Record<string, Value>>,
    rows: readonly ResolvedRow[],
  ): readonly (AttentionCapture | undefined)[]
}

/** Makes graphs for what runs need. @experimental */
export interface GraphEditor {
  /** What it can add to this model's denoiser. */
  readonly provides: ReadonlySet<Requirement>
  /**
   * A graph with exactly these additions. Where attention is computed without whole scores, only the layers that the
   * additions work on stay as exported.
   *
   * @param layers what edits of some layers work on (`layersOf`); default what they work on by default
   */
  build(needs: ReadonlySet<Requirement>, layers?: ReadonlySet<string>): Promise<DenoiserGraph>
  /** The layers that the edits of rows work on, of those edits that may choose. @throws `guidance-option-invalid` */
  layersOf(rows: readonly DenoiseRow[]): ReadonlySet<string>
}

/** The model's graph as it is. */
export const plainGraph: DenoiserGraph = {
  name: 'plain',
  provides: new Set(),
  open: 'all',
  feeds: () => ({}),
  attention: (_outputs, rows) => rows.map(() => undefined),
}
