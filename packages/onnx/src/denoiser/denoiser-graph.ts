import type { AttentionCapture, Requirement } from '@neg/core'
import type { GraphPatch } from '../graph/graph-patch'
import type { Value } from '../session/value'
import type { ResolvedRow } from './resolved-row'

/** The denoiser's graph as a run needs it: plain, or with what the run's edits and captures add. */
export interface DenoiserGraph {
  /** Goes into the record: the last bits may depend on the graph. */
  readonly name: string
  readonly provides: ReadonlySet<Requirement>
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

/** Makes graphs for what runs need. */
export interface GraphEditor {
  /** What it can add to this model's denoiser. */
  readonly provides: ReadonlySet<Requirement>
  /** A graph with exactly these additions. */
  build(needs: ReadonlySet<Requirement>): Promise<DenoiserGraph>
}

/** The model's graph as it is. */
export const plainGraph: DenoiserGraph = {
  name: 'plain',
  provides: new Set(),
  feeds: () => ({}),
  attention: (_outputs, rows) => rows.map(() => undefined),
}
