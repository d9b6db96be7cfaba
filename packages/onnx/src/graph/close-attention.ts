import type { AttentionForm } from './attention-form'
import type { GraphBuilder } from './graph-builder'
import type { GraphNode, GraphNodes } from './graph-nodes'
import { FloatAttribute } from './graph-protos'
import { valueTable } from './value-table'

/** How layers are computed without their scores standing whole in memory. */
export type ClosedBy = 'fused' | 'sliced'

/** Numbers of one slice's scores at most: 32 MiB of float32. */
const sliceScores = 2 ** 23

/**
 * Takes layers' two products and Softmax out of the graph and computes the same without whole scores: by the runtime's
 * own kernel (`com.microsoft.MultiHeadAttention`, heads as rows of its batch), or over slices of queries.
 *
 * @param edited names of layers whose Q, K, V and output must stand in the graph; default none
 */
export function closeAttention(
  graph: GraphBuilder,
  nodes: GraphNodes,
  forms: readonly AttentionForm[],
  by: ClosedBy,
  edited: ReadonlySet<string> = new Set(),
): void {
  for (const { opened } of forms) if (opened) graph.open(opened)
  const [whole, others] = partition(nodes, forms, by, edited)
  graph.remove([...whole.removed, ...others.removed.filter((node) => !whole.removed.has(node))])
  for (const { joined, scales } of whole.forms) {
    // One number of all, so that the queries alone are walked over, once.
    const [first, ...more] = [...joined.scales, ...scales.filter(({ op }) => op === 'Mul').map((scale) => scale.by)]
    const number =
      first === undefined ? undefined : more.reduce((product, scale) => graph.node('Mul', [product, scale]), first)
    const query = number === undefined ? joined.query : graph.node('Mul', [joined.query, number])
    const attributes = { num_heads: joined.heads, scale: new FloatAttribute(1) }
    const operands = [query, joined.key, joined.value]
    graph.provide(joined.last.outputs[0], graph.node('com.microsoft.MultiHeadAttention', operands, attributes))
  }
  for (const { site, query, transposedKey, value, scales, casts } of others.forms) {
    let q = query
    for (const { op, by: number } of scales) q = graph.node(op, [q, casts ? graph.castLike(number, q) : number])
    const v = casts ? graph.castLike(value, q) : value
    const flat = { q: folded(graph, q), k: folded(graph, transposedKey), v: folded(graph, v) }
    const attended = by === 'fused' ? fused(graph, flat) : sliced(graph, flat)
    const lead = graph.node('Slice', [graph.node('Shape', [q]), graph.ints([0]), graph.ints([-1]), graph.ints([0])])
    const last = graph.node('Gather', [graph.node('Shape', [v]), graph.ints([-1])], { axis: 0 })
    const shaped = graph.node('Reshape', [attended, graph.node('Concat', [lead, last], { axis: 0 })])
    graph.provide(site.output.name, casts ? graph.castLike(shaped, value) : shaped)
  }
}

type Whole = AttentionForm & Required<Pick<AttentionForm, 'joined'>>

/** Layers that the kernel computes from before heads are split to after they are joined, and the others. */
function partition(nodes: GraphNodes, forms: readonly AttentionForm[], by: ClosedBy, edited: ReadonlySet<string>) {
  const free = forms.filter(({ site }) => !edited.has(site.name))
  const candidates = by === 'fused' ? free.filter((form): form is Whole => form.joined !== undefined) : []
  const usable = candidates.filter(({ scales }) => scales.every(({ op }) => op === 'Mul'))
  const removed = unread(
    nodes,
    usable.map(({ joined }) => joined.last),
    usable.flatMap(({ joined, scales }) => [
      joined.query,
      joined.key,
      joined.value,
      ...joined.scales,
      ...scales.map((scale) => scale.by),
    ]),
  )
  // Where something else reads of the layer, it stays: then the kernel takes its place inside of the split heads.
  const clean = usable.every(({ site }) => site.chain.every((node) => removed.has(node)))
  const whole: readonly Whole[] = clean ? usable : []
  const rest = forms.filter((form) => !whole.includes(form as Whole))
  return [
    { forms: whole, removed: clean ? removed : new Set<GraphNode>() },
    {
      forms: rest,
      removed: [
        ...unread(
          nodes,
          rest.flatMap(({ site }) => site.chain),
          rest.flatMap(({ query, transposedKey, value, scales }) => [
            query,
            transposedKey,
            value,
            ...scales.map((scale) => scale.by),
          ]),
        ),
      ],
    },
  ] as const
}

/** [batch, heads, ·, ·] or [batch · heads, ·, ·] as the latter. */
function folded(g: GraphBuilder, value: string): string {
  const last = g.node('Gather', [g.node('Shape', [value]), g.ints([-2, -1])], { axis: 0 })
  return g.node('Reshape', [value, g.node('Concat', [g.ints([-1]), last], { axis: 0 })])
}

interface Folded {
  readonly q: string
  /** Transposed. */
  readonly k: string
  readonly v: string
}

function fused(g: GraphBuilder, { q, k, v }: Folded): string {
  const key = g.node('Transpose', [k], { perm: [0, 2, 1] })
  return g.node('com.microsoft.MultiHeadAttention', [q, key, v], { num_heads: 1, scale: new FloatAttribute(1) })
}

/** As many queries at a time as keep the scores small; the first slice alone where that is all. */
function sliced(g: GraphBuilder, { q, k, v }: Folded): string {
  const size = (value: string, axis: number) =>
    g.node('Gather', [g.node('Shape', [value]), g.ints([axis])], { axis: 0 })
  const keys = g.node('Mul', [size(k, 0), size(k, 2)])
  const room = g.node('Max', [g.node('Div', [g.ints([sliceScores]), keys]), g.ints([1])])
  const attend = (to: GraphBuilder, from: string, end: string) => {
    const queries = to.node('Slice', [q, from, end, to.ints([1])])
    const scores = to.node('Softmax', [to.node('MatMul', [queries, k])], { axis: -1 })
    return to.node('MatMul', [scores, v])
  }
  const first = attend(g, g.ints([0]), room)
  const count = g.node('Div', [g.node('Sub', [g.node('Add', [size(q, 1), room]), g.ints([1])]), room])
  const more = g.node('Squeeze', [g.node('Sub', [count, g.ints([1])])])
  return g.loop(more, first, (body, iteration, so_far) => {
    const from = body.node('Mul', [body.node('Add', [body.unsqueeze(iteration, [0]), body.ints([1])]), room])
    const next = attend(body, from, body.node('Add', [from, room]))
    return body.node('Concat', [so_far, next], { axis: 1 })
  })
}

const nested = new Set(['If', 'Loop', 'Scan'])

/** Nodes that are taken out, and those that computed only for them; `kept` are values that are still read. */
function unread(graph: GraphNodes, out: readonly GraphNode[], kept: readonly string[]): ReadonlySet<GraphNode> {
  const removed = new Set(out)
  // What graphs inside of nodes read does not show.
  if (graph.nodes.some(({ op }) => nested.has(op))) return removed
  const { producers, consumers } = valueTable(graph)
  const wanted = new Set([...graph.outputs, ...kept])
  // A set is walked in the order of insertion, what is inserted meanwhile included.
  for (const node of removed) {
    for (const input of node.inputs) {
      const producer = producers.get(input)
      if (!producer || removed.has(producer)) continue
      const read = producer.outputs.some(
        (output) => wanted.has(output) || consumers.get(output)?.some((reader) => !removed.has(reader)),
      )
      if (!read) removed.add(producer)
    }
  }
  return removed
}
