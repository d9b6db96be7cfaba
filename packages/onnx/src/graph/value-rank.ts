import type { GraphNode, GraphNodes } from './graph-nodes'
import { constantOf, intsOf } from './node-attributes'
import type { ValueTable } from './value-table'

/** Operators whose result has as many axes as their first input. */
const alike =
  /^(?:com\.microsoft\.)?(?:Mul|Add|Sub|Div|Cast|CastLike|Identity|Concat|Slice|Softmax|LayerNormalization|SimplifiedLayerNormalization|RMSNormalization|RotaryEmbedding|Where)$/

/** Projections of [batch, tokens, channels], quantised ones too. */
const projection = /^(?:com\.microsoft\.)?(?:MatMul|MatMulNBits|MatMulInteger|DynamicQuantizeMatMul)$/

/** How many axes a value has, as far as the nodes above it tell: those that projections of tokens give have three. */
export function valueRank(value: string, values: ValueTable, graph: GraphNodes): number | undefined {
  let node = values.producers.get(value)
  // Nothing of an attention layer is longer than this.
  for (let hops = 0; node && hops < 32; hops++) {
    if (node.op === 'Transpose') return intsOf(node, 'perm')?.length
    if (node.op === 'Reshape') return entries(node.inputs[1], values, graph)
    if (projection.test(node.op)) return 3
    if (!alike.test(node.op)) return undefined
    // Of two that are joined element by element the one with more axes counts: the other is a weight.
    const computed: string | undefined = node.inputs.find(
      (name) => values.producers.has(name) && !isConstant(name, values),
    )
    node = computed === undefined ? undefined : values.producers.get(computed)
  }
  return undefined
}

const isConstant = (value: string, { producers }: ValueTable) => producers.get(value)?.op === 'Constant'

/** How many numbers a shape has. */
function entries(shape: string, { producers }: ValueTable, { initializers }: GraphNodes): number | undefined {
  const known = initializers.get(shape)
  if (known !== undefined) return known
  const node: GraphNode | undefined = producers.get(shape)
  if (node?.op === 'Constant') return constantOf(node)?.elements
  return node?.op === 'Concat' ? node.inputs.length : undefined
}
