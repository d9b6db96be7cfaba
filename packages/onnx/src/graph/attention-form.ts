import type { AttentionSite } from './attention-site'
import type { GraphNode, GraphNodes } from './graph-nodes'
import { type MemoryField, wireFields } from './wire-fields'

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
}

/** Why a layer stays as it was exported. */
export type OpenReason = keyof typeof reasons

/** Why, for people. */
export const reasons = {
  mask: 'their scores are masked, or changed in a way that is not known',
  product: 'their products are no MatMul',
  axis: 'their Softmax is not over the last axis',
  shared: 'their scores are read elsewhere',
  type: 'their type changes on the way, in an opset before 15',
} as const

/** What a graph knows of its values. */
export interface ValueTable {
  readonly producers: ReadonlyMap<string, GraphNode>
  readonly consumers: ReadonlyMap<string, readonly GraphNode[]>
}

export function valueTable({ nodes }: Pick<GraphNodes, 'nodes'>): ValueTable {
  const producers = new Map<string, GraphNode>()
  const consumers = new Map<string, GraphNode[]>()
  for (const node of nodes) {
    for (const output of node.outputs) producers.set(output, node)
    for (const input of node.inputs) {
      const known = consumers.get(input)
      if (known) known.push(node)
      else consumers.set(input, [node])
    }
  }
  return { producers, consumers }
}

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
  return { site, query, transposedKey, value: sum.inputs[1], scales, casts }
}

/** Softmax over the last axis, which is the default since opset 13. */
function lastAxis(softmax: GraphNode, { opset }: GraphNodes): boolean {
  for (const { number, bytes } of wireFields(softmax.bytes)) {
    if (number !== 5) continue
    for (const field of wireFields(bytes)) {
      // AttributeProto.i = 3; −1 is ten bytes of ones.
      if (field.number === 3) return field.value === 2 || field.value === 3 || field.value > 2 ** 60
    }
  }
  return opset >= 13
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

/** What a Constant node holds. AttributeProto { f = 2, i = 3, t = 5 { dims = 1, float_data = 4, raw_data = 9 } }. */
function constantOf(node: GraphNode): { elements: number; zero: boolean } | undefined {
  const fields = (bytes: Uint8Array): MemoryField[] => [...wireFields(bytes)]
  const attribute = fields(node.bytes).find(({ number }) => number === 5)
  if (!attribute) return undefined
  const content = fields(attribute.bytes)
  const scalar = content.find(({ number }) => number === 2 || number === 3)
  const nothing = (bytes: Uint8Array) => bytes.every((byte) => byte === 0)
  if (scalar) return { elements: 1, zero: scalar.number === 3 ? scalar.value === 0 : nothing(scalar.bytes) }
  const tensor = content.find(({ number }) => number === 5)
  if (!tensor) return undefined
  const own = fields(tensor.bytes)
  const elements = own.filter(({ number }) => number === 1).reduce((product, { value }) => product * value, 1)
  const data = own.filter(({ number }) => number === 4 || number === 9)
  return { elements, zero: data.length > 0 && data.every(({ bytes }) => nothing(bytes)) }
}
