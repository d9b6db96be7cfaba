import { type AttentionForm, attentionForm, type OpenReason } from './attention-form'
import type { AttentionSite } from './attention-site'
import { type ClosedBy, closeAttention } from './close-attention'
import { GraphBuilder } from './graph-builder'
import type { GraphNodes } from './graph-nodes'
import type { GraphPatch } from './graph-patch'
import { valueTable } from './value-table'

/** The attention layers of a graph: those that can be computed without whole scores, and why others can't. */
export interface ClosableAttention {
  /** By the name of the value that a layer gives. */
  readonly forms: ReadonlyMap<string, AttentionForm>
  readonly left: ReadonlyMap<string, OpenReason>
}

export function closableAttention(nodes: GraphNodes, sites: readonly AttentionSite[]): ClosableAttention {
  const values = valueTable(nodes)
  const forms = new Map<string, AttentionForm>()
  const left = new Map<string, OpenReason>(nodes.opened?.left)
  for (const site of sites) {
    const form = attentionForm(nodes, site, values)
    if (typeof form === 'string') left.set(site.output.name, form)
    else forms.set(site.output.name, form)
  }
  return { forms, left }
}

/** The file has the layer as the very node that would be put in its place. */
export const isClosed = ({ opened }: AttentionForm, by: ClosedBy): boolean => by === 'fused' && opened?.kernel === true

/** A patch that closes every layer that can be and isn't; nothing where there is none. */
export function closingPatch(nodes: GraphNodes, { forms }: ClosableAttention, by: ClosedBy): GraphPatch | undefined {
  const shut = [...forms.values()].filter((form) => !isClosed(form, by))
  if (shut.length === 0) return undefined
  // No edit, hence no need to know what the graph calls its latents and its text.
  const builder = GraphBuilder.for(nodes, { latents: '', text: '' })
  closeAttention(builder, nodes, shut, by)
  return builder.patch(by)
}
