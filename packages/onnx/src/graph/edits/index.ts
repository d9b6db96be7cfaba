import type { AttentionSite } from '../attention-site'
import type { AttentionGraphEdit } from './attention-graph-edit'
import { jointNag } from './joint-nag'
import { nag } from './nag'
import { pag } from './pag'
import { replace } from './replace'
import { seg } from './seg'

const all = [nag, jointNag, pag, replace, seg] as unknown as AttentionGraphEdit[]

/** The edits that a graph can be given whose layers are of such kinds, by name. */
export const attentionEdits = (kinds: ReadonlySet<AttentionSite['kind']>): ReadonlyMap<string, AttentionGraphEdit> =>
  new Map(all.filter((edit) => edit.kinds.some((kind) => kinds.has(kind))).map((edit) => [edit.name, edit]))
