import type { AttentionSite } from './attention-site'
import type { GraphNode, GraphNodes, NodeReason, OpenedLayer } from './graph-nodes'
import { type JoinedHeads, joinedHeads } from './joined-heads'
import { constantOf, intOf } from './node-attributes'
import type { ValueTable } from './value-table'

/** An attention layer that can be computed in another way: softmax(f(Q) Kᵀ) V with numbers alone between the products. */
export interface AttentionForm {
  readonly site: AttentionSite
  /** Q [·, n, d] and Kᵀ [·, d, m] as the first product has them, V [·, m, d] as the second. */
  readonly query: string
  readonly transposedKey: string
  readonly value: string
  /** What scores are multiplied with or divided by, in order. */
  readonly scales: readonly { readonly op: 'Mul' | 'Div'; readonly by: string }[]
  /** A type changes on the way (exports that compute scores in float32). */
  readonly casts: boolean
  /** How its heads are split and joined, where that is done in the usual way. */
  readonly joined?: JoinedHeads
  /** Where the file has the layer as one node. */
  readonly opened?: OpenedLayer
}

/** Why a layer stays as it was exported. */
export type OpenReason = keyof typeof reasons | NodeReason

/** Why, for people. */
export const reasons = {
  mask: 'their scores are masked, or changed in a way that is not known',
  product: 'their products are no MatMul',
  axis: 'their Softmax is not over the last axis',
  shared: 'their scores are read elsewhere',
  type: 'their type changes on the way, in an opset before 15',
  'node-mask': 'they are one node that masks scores, caps them or keeps a past',
  'node-heads': 'they are one node whose queries have more heads than its keys',
  'node-form': 'they are one node of a form that is not known',
} as const

/** Reads a layer's form, or says why it has none. */
export function attentionForm(graph: GraphNodes, site: AttentionSite, values: ValueTable): AttentionForm | OpenReason {
  const { chain } = site
  const [product, sum] = [chain[0], chain[chain.length - 1]]
  if (product.op !== 'MatMul' || sum.op !== 'MatMul') return 'product'
  const scales: AttentionForm['scales'][number][] = []
  let casts = false
  let value = product.outputs[0]
  for (const node of chain.slice(1, -1)) {
    const at = node.inputs.indexOf(value)
    const other = node.inputs[1 - at]
    if (node.op === 'Cast') casts = true
    else if (node.op === 'Softmax') {
      if (!lastAxis(node, graph)) return 'axis'
    } else if (node.op === 'Mul' && isNumber(other, graph, values)) scales.push({ op: 'Mul', by: other })
    else if (node.op === 'Div' && at === 0 && isNumber(other, graph, values)) scales.push({ op: 'Div', by: other })
    else if (!(node.op === 'Identity' || (node.op === 'Add' && isZero(other, values)))) return 'mask'
    value = node.outputs[0]
  }
  // A type that changes is followed by CastLike, which opset 15 brought.
  if (casts && graph.half && graph.opset < 15) return 'type'
  const inner = new Set(chain)
  for (const node of chain.slice(0, -1)) {
    for (const output of node.outputs) {
      if (graph.outputs.includes(output)) return 'shared'
      const readers = values.consumers.get(output) ?? []
      if (readers.some((reader) => !inner.has(reader))) return 'shared'
    }
  }
  const [query, transposedKey] = product.inputs
  const opened = graph.opened?.layers.get(site.output.name)
  const form = { site, query, transposedKey, value: sum.inputs[1], scales, casts, ...(opened ? { opened } : {}) }
  const joined = casts ? undefined : joinedHeads(form, values, (name) => isNumber(name, graph, values))
  return joined ? { ...form, joined } : form
}

/** Softmax over the last axis, which is the default since opset 13; −1 comes as the large number that its bits are. */
function lastAxis(softmax: GraphNode, { opset }: GraphNodes): boolean {
  const axis = intOf(softmax, 'axis')
  return axis === undefined ? opset >= 13 : axis === 2 || axis === 3 || axis > 2 ** 60
}

const arithmetic = new Set(['Mul', 'Div', 'Pow', 'Sqrt', 'Reciprocal', 'Cast', 'Identity', 'Sub', 'Add', 'Neg'])
const picking = new Set(['Gather', 'Slice', 'Squeeze', 'Unsqueeze', 'Reshape'])

/** Whether a value is one number, known beforehand or taken from sizes. */
function isNumber(value: string, graph: GraphNodes, values: ValueTable, depth = 12): boolean {
  const elements = graph.initializers.get(value)
  if (elements !== undefined) return elements === 1
  const node = values.producers.get(value)
  if (!node || depth === 0) return false
  if (node.op === 'Constant') return constantOf(node)?.elements === 1
  // The other one only gives the type.
  if (node.op === 'CastLike') return isNumber(node.inputs[0], graph, values, depth - 1)
  if (arithmetic.has(node.op)) return node.inputs.every((input) => isNumber(input, graph, values, depth - 1))
  return picking.has(node.op) && fromShape(node.inputs[0], values, depth - 1)
}

function fromShape(value: string, values: ValueTable, depth: number): boolean {
  const node = values.producers.get(value)
  if (!node || depth === 0) return false
  return node.op === 'Shape' || (picking.has(node.op) && fromShape(node.inputs[0], values, depth - 1))
}

/** `beta · input` of baddbmm, where beta is zero. */
function isZero(value: string, { producers }: ValueTable): boolean {
  const node = producers.get(value)
  if (node?.op !== 'Mul') return false
  return node.inputs.some((input) => {
    const factor = producers.get(input)
    return factor?.op === 'Constant' && constantOf(factor)?.zero === true
  })
}
