import type { DenoiserInputs } from './denoiser-inputs'
import { type Dependence, dependence } from './dependence'
import type { GraphNode, GraphNodes } from './graph-nodes'

/** A value that a node of the model gives, and where its name lies in the file. */
export interface SiteValue {
  readonly name: string
  readonly at: number
}

/**
 * One attention layer of a denoiser, found by its structure: Softmax over the product of two values that are both computed
 * from the inputs, times a third. Values are [batch, heads, ·, ·], or [batch·heads, ·, ·] in older exports.
 */
export interface AttentionSite {
  /** `cross`: keys come from the text alone; `self`: from the picture; `joint`: queries and keys are the picture's and the text's tokens. */
  readonly kind: 'cross' | 'self' | 'joint'
  /** diffusers' module name where the file has it: `mid_block.attentions.0.transformer_blocks.0.attn2`. */
  readonly name: string
  /** Q [·, pixels, d], possibly scaled. */
  readonly query: SiteValue
  /** K, transposed or not. */
  readonly key: string
  /** softmax(QKᵀ/√d) [·, pixels, tokens]. */
  readonly probabilities: SiteValue
  /** V [·, tokens, d]. */
  readonly value: string
  /** probabilities · V [·, pixels, d], before heads are joined and projected. */
  readonly output: SiteValue
  /** The nodes from the product QKᵀ to `output`, in order. */
  readonly chain: readonly GraphNode[]
  /** Of a joint layer. */
  readonly joint?: {
    /** Whose tokens stand first. */
    readonly first: 'text' | 'image'
    /** K as the product has it, and V, of a layer that projects both streams apart. */
    readonly key?: SiteValue
    readonly value?: SiteValue
    /** Both streams as one [batch, tokens, channels], where this layer is the first over it. */
    readonly stream?: SiteValue
  }
}

/** Operators that leave a score what it is: scale, mask, type, shape. */
const between = new Set(['Cast', 'Mul', 'Div', 'Add', 'Sub', 'Reshape', 'Identity', 'Where', 'Clip', 'Dropout'])
const products = new Set(['MatMul', 'Einsum', 'com.microsoft.FusedMatMul'])

/**
 * Every layer of cross- and self-attention of a denoiser's graph, in the order of their Softmax nodes in the file.
 *
 * @param inputs what the graph calls its latents and its text
 * @experimental
 */
export function findAttention(graph: GraphNodes, inputs: DenoiserInputs): AttentionSite[] {
  const producers = new Map<string, GraphNode>()
  const consumers = new Map<string, GraphNode[]>()
  for (const node of graph.nodes) {
    for (const output of node.outputs) producers.set(output, node)
    for (const input of node.inputs) {
      const known = consumers.get(input)
      if (known) known.push(node)
      else consumers.set(input, [node])
    }
  }
  const depends = dependence(graph, inputs)
  const sites: AttentionSite[] = []
  for (const softmax of graph.nodes) {
    if (softmax.op !== 'Softmax') continue
    const up = productOf(softmax, producers, depends)
    const down = up && weightedSumOf(softmax, consumers)
    if (!down) continue
    const [product] = up
    const sum = down[down.length - 1]
    const [query, key] = product.inputs
    const producer = producers.get(query)
    if (!producer) continue
    const cross = depends.onText(key) && !depends.onSample(key)
    sites.push({
      kind: cross ? 'cross' : 'self',
      name: moduleName(softmax, sum, graph, consumers) ?? `${cross ? 'cross' : 'self'}-attention.${sites.length}`,
      query: siteValue(producer, query),
      key,
      probabilities: siteValue(softmax, softmax.outputs[0]),
      value: sum.inputs[1],
      output: siteValue(sum, sum.outputs[0]),
      chain: [...up, softmax, ...down],
    })
  }
  return sites
}

/** What a layer's Softmax is of: scores [·, queries, keys]. */
export function scoresOf({ chain }: Pick<AttentionSite, 'chain'>): SiteValue {
  const softmax = chain.findIndex(({ op }) => op === 'Softmax')
  return siteValue(chain[softmax - 1], chain[softmax].inputs[0])
}

const siteValue = ({ outputs, outputsAt }: GraphNode, name: string): SiteValue => ({
  name,
  at: outputsAt[outputs.indexOf(name)],
})

/** The nodes from QKᵀ to just before the Softmax, if this is attention. */
function productOf(
  softmax: GraphNode,
  producers: ReadonlyMap<string, GraphNode>,
  { onSample, onText }: Dependence,
): [GraphNode, ...GraphNode[]] | undefined {
  const path: GraphNode[] = []
  let value = softmax.inputs[0]
  for (;;) {
    const node = producers.get(value)
    if (!node) return undefined
    if (products.has(node.op)) {
      const [a, b] = node.inputs
      const attention = node.inputs.length === 2 && onSample(a) && (onSample(b) || onText(b))
      return attention ? [node, ...path.reverse()] : undefined
    }
    const next = node.inputs.find(onSample)
    if (next === undefined || !between.has(node.op)) return undefined
    path.push(node)
    value = next
  }
}

/** The nodes from after the Softmax to the product with V. */
function weightedSumOf(
  softmax: GraphNode,
  consumers: ReadonlyMap<string, readonly GraphNode[]>,
): GraphNode[] | undefined {
  const path: GraphNode[] = []
  let value = softmax.outputs[0]
  for (;;) {
    const next = consumers
      .get(value)
      ?.find(({ op, inputs }) => (products.has(op) || between.has(op)) && inputs[0] === value)
    if (!next) return undefined
    path.push(next)
    if (products.has(next.op)) return path
    value = next.outputs[0]
  }
}

const block = /^(?:down_blocks|mid_block|up_blocks)\b/

/**
 * The module a layer belongs to: from its Softmax's scope (`/mid_block/attentions.0/…/attn2/Softmax`), else from the name
 * of the bias that the output projection adds (some exporters drop the blocks from scopes).
 */
function moduleName(
  softmax: GraphNode,
  sum: GraphNode,
  { initializers }: Pick<GraphNodes, 'initializers'>,
  consumers: ReadonlyMap<string, readonly GraphNode[]>,
): string | undefined {
  const scope = softmax.name.split('/').slice(0, -1).filter(Boolean).join('.')
  if (block.test(scope)) return scope
  let value = sum.outputs[0]
  for (let hops = 0; hops < 8; hops++) {
    const node = consumers.get(value)?.find(({ inputs, op }) => inputs.includes(value) && op !== 'Shape')
    if (!node) break
    const added = node.inputs.filter((input) => initializers.has(input))
    // An optimizer may have put the sum into a node that does more.
    for (const bias of added) {
      const own = /^(.*)\.to_out\.0\.bias$/.exec(bias)
      if (own) return own[1]
    }
    if (node.op === 'Add' && added.length > 0) return scope || undefined
    value = node.outputs[0]
  }
  return scope || undefined
}
