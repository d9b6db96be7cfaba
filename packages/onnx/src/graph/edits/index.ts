import type { AttentionGraphEdit } from './attention-graph-edit'
import { nag } from './nag'
import { pag } from './pag'
import { replace } from './replace'
import { seg } from './seg'

/** Every edit of attention, by name. */
export const attentionEdits: ReadonlyMap<string, AttentionGraphEdit> = new Map(
  ([nag, pag, replace, seg] as unknown as AttentionGraphEdit[]).map((edit) => [edit.name, edit]),
)
