import type { AttentionForm } from '../src/graph/attention-form'
import type { AttentionSite } from '../src/graph/attention-site'
import { closableAttention } from '../src/graph/closable-attention'
import { GraphBuilder } from '../src/graph/graph-builder'
import type { GraphNode, GraphNodes } from '../src/graph/graph-nodes'
import { patchModel } from '../src/graph/graph-patch'
import { FloatAttribute } from '../src/graph/graph-protos'
import type { JoinedHeads } from '../src/graph/joined-heads'
import { valueTable } from '../src/graph/value-table'
import { wireFields } from '../src/graph/wire-fields'

/** The one nodes that exporters and optimizers make of an attention layer. */
export const fusedForms = [
  'onnx-4d',
  'onnx-3d',
  'multi-head',
  'multi-head-biased',
  'multi-head-4d',
  'packed-keys',
  'packed',
  'packed-weights',
] as const

export type FusedForm = (typeof fusedForms)[number]

type Layer = AttentionForm & { readonly joined: JoinedHeads }

/**
 * A model's bytes whose layers are one node each; of forms that only self-attention has, others stay MultiHeadAttention.
 * @param heads of layers whose heads are split in unusual ways
 */
export function fuseLayers(
  model: Uint8Array,
  graph: GraphNodes,
  sites: readonly AttentionSite[],
  form: FusedForm,
  heads = 0,
): Uint8Array {
  const { producers } = valueTable(graph)
  const builder = GraphBuilder.for(graph, { latents: '', text: '' }, 'fused')
  for (const layer of closableAttention(graph, sites).forms.values()) {
    if (!layer.joined) {
      builder.remove(layer.site.chain)
      builder.provide(layer.site.output.name, innerNode(builder, layer, form, heads))
      continue
    }
    const { last } = layer.joined
    const turned = producers.get(last.inputs[0])
    builder.remove([...layer.site.chain, ...(turned ? [turned] : []), last])
    builder.provide(last.outputs[0], fusedNode(builder, layer as Layer, form, producers))
  }
  const bytes = patchModel(model, builder.patch('fused'))
  return form.startsWith('onnx') ? withOpset(bytes, 23) : bytes
}

function fusedNode(
  g: GraphBuilder,
  { joined: { heads, query, key, value }, site }: Layer,
  form: FusedForm,
  producers: ReadonlyMap<string, GraphNode>,
): string {
  const split = (x: string, shape: readonly number[] = [0, 0, heads, -1]) => g.node('Reshape', [x, g.ints(shape)])
  const multiHead = (inputs: readonly string[]) =>
    g.node('com.microsoft.MultiHeadAttention', inputs, { num_heads: heads }, { name: `${folderOf(site)}/Attention` })
  const side = (parts: readonly string[]) =>
    g.node(
      'Concat',
      parts.map((x) => split(x, [0, 0, heads, 1, -1])),
      { axis: 3 },
    )
  if (form === 'onnx-3d') {
    return g.node('Attention', [query, key, value], { q_num_heads: heads, kv_num_heads: heads })
  }
  if (form === 'onnx-4d') {
    const operands = [query, key, value].map((x) => g.node('Transpose', [split(x)], { perm: [0, 2, 1, 3] }))
    const attended = g.node('Attention', operands, {}, { name: `${folderOf(site)}/Attention` })
    return split(g.node('Transpose', [attended], { perm: [0, 2, 1, 3] }), [0, 0, -1])
  }
  if (form === 'packed' && site.kind !== 'cross') return multiHead([side([query, key, value])])
  if (form === 'packed-keys') return multiHead([query, side([key, value])])
  const products = [query, key, value].map((x) => producers.get(x))
  const [first] = products
  if (
    form === 'packed-weights' &&
    first &&
    products.every((one) => one?.op === 'MatMul' && one.inputs[0] === first.inputs[0])
  ) {
    const weights = g.node(
      'Concat',
      products.map((one) => one?.inputs[1] ?? ''),
      { axis: 1 },
    )
    return g.node('com.microsoft.Attention', [first.inputs[0], weights], { num_heads: heads })
  }
  if (form === 'multi-head-4d') {
    const turned = [key, value].map((x) => g.node('Transpose', [split(x)], { perm: [0, 2, 1, 3] }))
    return multiHead([query, ...turned])
  }
  if (form === 'multi-head-biased') {
    // What the bias adds was taken away before.
    const size = g.node('Gather', [g.node('Shape', [query]), g.ints([-1])], { axis: 0 })
    const biases = [0.5, -0.25, 2].map((by) => g.node('Expand', [g.float(by), size]))
    const operands = [query, key, value].map((x, i) => g.node('Sub', [x, biases[i]]))
    return multiHead([...operands, g.node('Concat', biases, { axis: 0 })])
  }
  return multiHead([query, key, value])
}

/** In place of the products and the Softmax alone: of layers whose heads are split in other ways. */
function innerNode(
  g: GraphBuilder,
  { query, transposedKey, value, scales }: AttentionForm,
  form: FusedForm,
  heads: number,
): string {
  const scaled = scales.reduce((q, { op, by }) => g.node(op, [q, by]), query)
  const transpose = (x: string, perm: readonly number[]) => g.node('Transpose', [x], { perm })
  const key = transpose(transposedKey, [0, 1, 3, 2])
  if (form === 'onnx-4d') return g.node('Attention', [scaled, key, value], { scale: new FloatAttribute(1) })
  if (form !== 'multi-head-4d') throw new Error(`no ${form} of heads that are split in an unusual way`)
  const together = g.node('Reshape', [transpose(scaled, [0, 2, 1, 3]), g.ints([0, 0, -1])])
  const attributes = { num_heads: heads, scale: new FloatAttribute(1) }
  const attended = g.node('com.microsoft.MultiHeadAttention', [together, key, value], attributes)
  return transpose(g.node('Reshape', [attended, g.ints([0, 0, heads, -1])]), [0, 2, 1, 3])
}

const folderOf = ({ name }: AttentionSite) => `/${name.replaceAll('.attentions.', '/attentions.')}`

/** A model that imports another version of ONNX's operators, both of one byte: ModelProto.opset_import = 8 { domain = 1, version = 2 }. */
function withOpset(model: Uint8Array, version: number): Uint8Array {
  const bytes = Uint8Array.from(model)
  for (const { number, bytes: set, at } of wireFields(model)) {
    if (number !== 8) continue
    const fields = [...wireFields(set)]
    if (fields.some((field) => field.number === 1 && field.bytes.length > 0)) continue
    const own = fields.find((field) => field.number === 2)
    if (own) bytes[at + own.at] = version
  }
  return bytes
}
