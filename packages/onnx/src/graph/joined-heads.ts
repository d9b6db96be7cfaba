import type { AttentionSite } from './attention-site'
import type { GraphNode } from './graph-nodes'
import { constantOf, intsOf } from './node-attributes'
import type { ValueTable } from './value-table'

/**
 * A layer whose heads are split and joined around it in the usual way: Reshape [batch, tokens, channels] → [batch, tokens, heads, ·],
 * Transpose; and back. The runtime's kernel splits heads by itself.
 */
export interface JoinedHeads {
  readonly heads: number
  /** [batch, tokens, channels] */
  readonly query: string
  readonly key: string
  readonly value: string
  /** What these are multiplied with on the way. */
  readonly scales: readonly string[]
  /** The node that joins heads, and the value it gives. */
  readonly last: GraphNode
}

type Split = { readonly joined: string; readonly heads: number; readonly scales: readonly string[] }

/** Reads how a layer's heads are split and joined; undefined where it is in another way. */
export function joinedHeads(
  form: {
    readonly query: string
    readonly transposedKey: string
    readonly value: string
    readonly site: AttentionSite
  },
  values: ValueTable,
  isNumber: (value: string) => boolean,
): JoinedHeads | undefined {
  const query = split(form.query, [0, 2, 1, 3], values, isNumber)
  const key = split(form.transposedKey, [0, 2, 3, 1], values, isNumber)
  const value = split(form.value, [0, 2, 1, 3], values, isNumber)
  const last = joining(form.site.output.name, values)
  if (!query || !key || !value || !last) return undefined
  if (query.heads !== key.heads || query.heads !== value.heads || value.scales.length > 0) return undefined
  const scales = [...query.scales, ...key.scales]
  return { heads: query.heads, query: query.joined, key: key.joined, value: value.joined, scales, last }
}

const same = (a: readonly number[] | undefined, b: readonly number[]) => a?.join() === b.join()

function split(
  from: string,
  order: readonly number[],
  { producers }: ValueTable,
  isNumber: (value: string) => boolean,
): Split | undefined {
  const scales: string[] = []
  let node = producers.get(from)
  while (node?.op === 'Mul') {
    const at = node.inputs.findIndex(isNumber)
    if (at < 0) return undefined
    scales.push(node.inputs[at])
    node = producers.get(node.inputs[1 - at])
  }
  if (node?.op !== 'Transpose' || !same(intsOf(node, 'perm'), order)) return undefined
  const reshape = producers.get(node.inputs[0])
  const shape = reshape?.op === 'Reshape' ? producers.get(reshape.inputs[1]) : undefined
  if (!reshape || shape?.op !== 'Concat' || shape.inputs.length !== 4) return undefined
  const count = producers.get(shape.inputs[2])
  const heads = count?.op === 'Constant' ? constantOf(count)?.whole : undefined
  return heads !== undefined && heads > 0 ? { joined: reshape.inputs[0], heads, scales } : undefined
}

/** The Reshape to [batch, tokens, channels] after the layer. */
function joining(output: string, { producers, consumers }: ValueTable): GraphNode | undefined {
  const transpose = consumers.get(output)?.find(({ op }) => op === 'Transpose')
  if (!transpose || !same(intsOf(transpose, 'perm'), [0, 2, 1, 3])) return undefined
  const reshape = consumers.get(transpose.outputs[0])?.find(({ op }) => op === 'Reshape')
  const shape = reshape && producers.get(reshape.inputs[1])
  return shape?.op === 'Concat' && shape.inputs.length === 3 ? reshape : undefined
}
