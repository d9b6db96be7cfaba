import { type AttentionSite, findAttention, type SiteValue } from './attention-site'
import type { DenoiserInputs } from './denoiser-inputs'
import { type Dependence, dependence } from './dependence'
import type { GraphNode, GraphNodes } from './graph-nodes'
import { intOf } from './node-attributes'

/** How a transformer joins its picture and its text into one sequence of tokens. @experimental */
export interface JointLayout {
  /** Which of them stands first. */
  readonly first: 'text' | 'image'
  /** Layers that join nothing attend over one stream of both (Flux' single-stream blocks); else over the picture alone. */
  readonly single: boolean
}

/** Projections: where a layer's own arithmetic begins. Quantised ones, too. */
const projection = /MatMul|Gemm|Conv/

/**
 * Every attention layer of a transformer, by structure. A layer whose queries are two values side by side along the tokens, each
 * projected from a stream of its own, is joint; so is one over a stream in which both already are.
 *
 * @experimental
 */
export function findJointAttention(graph: GraphNodes, inputs: DenoiserInputs, layout: JointLayout): AttentionSite[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  const depends = dependence(graph, inputs)
  const computedBy = (name: string): SiteValue | undefined => {
    const node = producers.get(name)
    return node && { name, at: node.outputsAt[node.outputs.indexOf(name)] }
  }
  let begun = false
  return findAttention(graph, inputs).map((site): AttentionSite => {
    const apart = joinAbove(site.query.name, producers, depends, projection) !== undefined
    if (!apart && !layout.single) return site
    const operands = [site.key, site.value].map(computedBy)
    const [key, value] = operands
    if (!key || !value) return site
    if (apart) return { ...site, kind: 'joint', joint: { first: layout.first, key, value } }
    // The streams become one before the first of these layers.
    const join = begun ? undefined : joinAbove(site.query.name, producers, depends)
    begun = true
    const stream = join && computedBy(join.outputs[0])
    return { ...site, kind: 'joint', joint: { first: layout.first, ...(stream ? { stream } : {}) } }
  })
}

/** The nearest node above a value that puts two computed values side by side along the tokens; none beyond what `until` names. */
function joinAbove(
  from: string,
  producers: ReadonlyMap<string, GraphNode>,
  { onSample, onText }: Dependence,
  until?: RegExp,
): GraphNode | undefined {
  const computed = (value: string) => onSample(value) || onText(value)
  const seen = new Set([from])
  // A set is walked in the order of insertion, what is inserted meanwhile included.
  for (const value of seen) {
    const node = producers.get(value)
    if (!node || until?.test(node.op)) continue
    const axis = node.op === 'Concat' ? intOf(node, 'axis') : undefined
    // [batch, heads, tokens, ·] or [batch, tokens, ·]; what is along channels is rotary embedding.
    if ((axis === 1 || axis === 2) && node.inputs.length === 2 && node.inputs.every(computed)) return node
    for (const input of node.inputs) if (computed(input)) seen.add(input)
  }
  return undefined
}
