import { GraphBuilder } from './graph-builder'
import { appendedNodes, type GraphNode, type GraphNodes, type NodeReason, type OpenedLayer } from './graph-nodes'
import { constantOf, floatOf, intOf, intsOf } from './node-attributes'
import { valueRank } from './value-rank'
import { type ValueTable, valueTable } from './value-table'

/** Positions beyond every file, where the nodes of opened layers say that they lie. */
const beyond = 2 ** 50

/**
 * A graph in which attention that an exporter or an optimizer wrote as one node a layer (ONNX's own `Attention` of opset 23,
 * `com.microsoft.MultiHeadAttention` and `Attention`) stands as the products and the Softmax that it is, so that layers are found,
 * watched, edited and closed as in any other export. The file stays what it is: a patch opens those layers that it works on (`GraphBuilder.open`).
 *
 * Left as they are: nodes that mask scores, cap them or keep a past, and those whose queries have more heads than their keys.
 */
export function openAttention(graph: GraphNodes): GraphNodes {
  if (!graph.nodes.some(({ op }) => op in openers || unknown.has(op))) return graph
  const values = valueTable(graph)
  // Nothing here asks what the graph calls its latents and its text.
  const ground = GraphBuilder.for(graph, { latents: '', text: '' })
  const layers = new Map<string, OpenedLayer>()
  const left = new Map<string, NodeReason>()
  const inPlace = new Map<GraphNode, readonly GraphNode[]>()
  const initializers = new Map(graph.initializers)
  let at = beyond
  for (const node of graph.nodes) {
    const opener = openers[node.op]
    if (!opener && !unknown.has(node.op)) continue
    const g = ground.apart(`opened/${layers.size}`)
    const found = opener ? opener({ g, node, values, graph }) : 'node-form'
    if (typeof found === 'string') {
      left.set(node.outputs[0], found)
      continue
    }
    const { attended, kernel, dead = [] } = found
    const { bytes } = g.patch('opened')
    const out = [node, ...dead]
    for (const gone of out) inPlace.set(gone, [])
    const own = appendedNodes(bytes, at)
    inPlace.set(node, own.nodes)
    for (const [name, elements] of own.initializers) initializers.set(name, elements)
    layers.set(attended, { out, bytes, at, kernel })
    at += bytes.length
  }
  const nodes = graph.nodes.flatMap((node) => inPlace.get(node) ?? [node])
  return { ...graph, nodes, initializers, opened: { layers, left } }
}

interface Given {
  readonly g: GraphBuilder
  readonly node: GraphNode
  readonly values: ValueTable
  readonly graph: GraphNodes
}

interface Opened {
  /** The value that the second product gives. */
  readonly attended: string
  readonly kernel: boolean
  /** Nodes that computed for the layer's node alone. */
  readonly dead?: readonly GraphNode[]
}

const openers: Readonly<Record<string, (given: Given) => Opened | NodeReason>> = {
  Attention: openOnnx,
  'com.microsoft.MultiHeadAttention': openMultiHead,
  'com.microsoft.Attention': openPacked,
}

/** Attention nodes of other kinds: of language models, of CUDA alone, of quantised weights. */
const unknown = new Set(
  [
    'GroupQueryAttention',
    'QAttention',
    'PackedAttention',
    'PackedMultiHeadAttention',
    'DecoderMaskedMultiHeadAttention',
    'SparseAttention',
    'PagedAttention',
  ].map((op) => `com.microsoft.${op}`),
)

/** Whether a node is given any of its inputs from one on. */
const reads = ({ inputs }: GraphNode, from: number) => inputs.slice(from).some((name) => name !== '')

/** Whether something reads more of a node than its first output. */
function givesMore({ outputs }: GraphNode, { consumers }: ValueTable, graph: GraphNodes): boolean {
  return outputs.slice(1).some((name) => name !== '' && (consumers.has(name) || graph.outputs.includes(name)))
}

/**
 * Q, K, V [batch, heads, tokens, ·], or [batch, tokens, heads · ·] with `q_num_heads`. Keys that the export transposed for the node's sake are
 * taken as they were. Source: ONNX, operator Attention, 23.
 */
function openOnnx({ g, node, values, graph }: Given): Opened | NodeReason {
  const [query, key, value] = node.inputs
  if (reads(node, 3) || intOf(node, 'is_causal') || floatOf(node, 'softcap')) return 'node-mask'
  if (intOf(node, 'softmax_precision') || givesMore(node, values, graph)) return 'node-form'
  const [heads, keyHeads] = ['q_num_heads', 'kv_num_heads'].map((name) => intOf(node, name))
  if (heads !== keyHeads) return 'node-heads'
  const scale = floatOf(node, 'scale')
  const given = { scale, node }
  if (heads) {
    const operands = [query, key, value].map((name) => split(g, name, heads))
    return { attended: joined(g, operands, given), kernel: false }
  }
  const [own, other] = [query, key].map((name) => headsOf(name, values))
  if (own !== undefined && other !== undefined && own !== other) return 'node-heads'
  const turned = values.producers.get(key)
  const order = turned?.op === 'Transpose' ? intsOf(turned, 'perm')?.join() : undefined
  const transpose = (name: string, perm: readonly number[]) => g.node('Transpose', [name], { perm })
  const passedOver = turned && (order === '0,1,3,2' || order === '0,2,1,3') ? turned : undefined
  const transposed = passedOver
    ? order === '0,1,3,2'
      ? passedOver.inputs[0]
      : transpose(passedOver.inputs[0], [0, 2, 3, 1])
    : transpose(key, [0, 1, 3, 2])
  const alone = values.consumers.get(key)?.length === 1 && !graph.outputs.includes(key)
  const like = before(query, values)
  const attended = attend(g, { query, key: transposed, value, like, output: node.outputs[0] }, given)
  return { attended, kernel: false, dead: passedOver && alone ? [passedOver] : [] }
}

/** How many heads a value has that a Reshape gave them, and a Transpose put before the tokens. */
function headsOf(value: string, { producers }: ValueTable): number | undefined {
  let node = producers.get(value)
  while (node && ['Mul', 'Div', 'Transpose'].includes(node.op)) node = producers.get(node.inputs[0])
  const shape = node?.op === 'Reshape' ? producers.get(node.inputs[1]) : undefined
  const count = shape?.op === 'Concat' && shape.inputs.length === 4 ? producers.get(shape.inputs[2]) : undefined
  return count?.op === 'Constant' ? constantOf(count)?.whole : undefined
}

/** What a value was before tokens and heads changed places: of the same type and last axis, and there without them. */
function before(value: string, { producers }: ValueTable): string {
  const node = producers.get(value)
  return node?.op === 'Transpose' && intsOf(node, 'perm')?.join() === '0,2,1,3' ? node.inputs[0] : value
}

/**
 * Q, K, V [batch, tokens, heads · ·] and their bias; K and V as [batch, heads, tokens, ·]; as one [batch, tokens, heads, 2, ·]; or all three as one
 * [batch, tokens, heads, 3, ·]. Source: ONNX Runtime, contrib operator MultiHeadAttention.
 */
function openMultiHead({ g, node, values, graph }: Given): Opened | NodeReason {
  const [query, key = '', value = '', bias = ''] = node.inputs
  if (reads(node, 4) || intOf(node, 'unidirectional')) return 'node-mask'
  const heads = intOf(node, 'num_heads')
  if (!heads || givesMore(node, values, graph)) return 'node-form'
  const manner = { scale: floatOf(node, 'scale') || undefined, node }
  const part = (name: string, i: number) => g.node('Gather', [name, g.ints([i], true)], { axis: 3 })
  const opened = (operands: readonly string[], kernel = false): Opened => ({
    attended: joined(g, operands, manner),
    kernel,
  })
  if (value === '') {
    if (bias !== '') return 'node-form'
    if (key === '') return opened([part(query, 0), part(query, 1), part(query, 2)])
    return opened([split(g, query, heads), part(key, 0), part(key, 1)])
  }
  const [rank, other] = [key, value].map((name) => valueRank(name, values, graph))
  if (rank !== other || (rank !== 3 && rank !== 4) || (rank === 4 && bias !== '')) return 'node-form'
  if (rank === 4) {
    // Runtimes have no kernel without whole scores for these.
    const turned = [key, value].map((name) => g.node('Transpose', [name], { perm: [0, 2, 1, 3] }))
    return opened([split(g, query, heads), ...turned])
  }
  const biases = bias === '' ? undefined : g.node('Reshape', [bias, g.ints([3, -1])])
  const operands = [query, key, value].map((name, i) =>
    biases === undefined ? name : g.node('Add', [name, g.node('Gather', [biases, g.ints([i], true)], { axis: 0 })]),
  )
  return opened(
    operands.map((name) => split(g, name, heads)),
    true,
  )
}

/**
 * One input for all three, [batch, tokens, channels], with the projections' weights side by side [channels, 3 · heads · ·] and their bias.
 * Source: ONNX Runtime, contrib operator Attention.
 */
function openPacked({ g, node, values, graph }: Given): Opened | NodeReason {
  const [input, weights, bias = ''] = node.inputs
  if (reads(node, 3) || intOf(node, 'unidirectional')) return 'node-mask'
  const heads = intOf(node, 'num_heads')
  const sizes = intsOf(node, 'qkv_hidden_sizes') ?? []
  if (!heads || intOf(node, 'do_rotary') || sizes.some((size) => size !== sizes[0]) || givesMore(node, values, graph)) {
    return 'node-form'
  }
  const product = g.node('MatMul', [input, weights])
  const all = bias === '' ? product : g.node('Add', [product, bias])
  const apart = g.node('Reshape', [all, g.ints([0, 0, 3, heads, -1])])
  const operands = [0, 1, 2].map((i) => g.node('Gather', [apart, g.ints([i], true)], { axis: 2 }))
  return { attended: joined(g, operands, { scale: floatOf(node, 'scale') || undefined, node }), kernel: false }
}

/** [batch, tokens, heads · ·] → [batch, tokens, heads, ·]. */
const split = (g: GraphBuilder, value: string, heads: number) => g.node('Reshape', [value, g.ints([0, 0, heads, -1])])

interface Manner {
  /** Default 1/√d. */
  readonly scale?: number
  readonly node: GraphNode
}

/** Attention of operands [batch, tokens, heads, ·], its heads joined again to what the node gave; the value before that. */
function joined(g: GraphBuilder, [query, key, value]: readonly string[], manner: Manner): string {
  const attended = attend(
    g,
    {
      query: g.node('Transpose', [query], { perm: [0, 2, 1, 3] }),
      key: g.node('Transpose', [key], { perm: [0, 2, 3, 1] }),
      value: g.node('Transpose', [value], { perm: [0, 2, 1, 3] }),
      like: query,
    },
    manner,
  )
  const back = g.node('Transpose', [attended], { perm: [0, 2, 1, 3] })
  g.node('Reshape', [back, g.ints([0, 0, -1])], {}, { output: manner.node.outputs[0] })
  return attended
}

interface Operands {
  readonly query: string
  /** Transposed. */
  readonly key: string
  readonly value: string
  /** A value of the queries' type and last axis. */
  readonly like: string
  /** What the second product's value is called. Default a fresh name. */
  readonly output?: string
}

/** softmax(s Q Kᵀ) V. */
function attend(g: GraphBuilder, { query, key, value, like, output }: Operands, { scale, node }: Manner): string {
  const scaled = scale === 1 ? query : g.node('Mul', [query, number(g, scale, like)])
  const scores = g.node('MatMul', [scaled, key])
  // Layers are named by the scope of their Softmax. Optimizers number their nodes, but leave the values' names.
  const scoped = node.name.includes('/') ? node.name : node.outputs[0]
  const name = `${scoped.slice(0, scoped.lastIndexOf('/') + 1)}${g.fresh('Softmax').replaceAll('/', '.')}`
  const probabilities = g.node('Softmax', [scores], { axis: -1 }, { name })
  return g.node('MatMul', [probabilities, value], {}, { ...(output === undefined ? {} : { output }) })
}

function number(g: GraphBuilder, scale: number | undefined, like: string): string {
  if (scale !== undefined) return g.castLike(g.float(scale), like)
  const size = g.node('Gather', [g.node('Shape', [like]), g.ints([-1])], { axis: 0 })
  return g.castLike(g.node('Reciprocal', [g.node('Sqrt', [g.cast(size, 'float32')])]), like)
}
