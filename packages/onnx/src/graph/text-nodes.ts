import type { DenoiserInputs } from './denoiser-inputs'
import { dependence } from './dependence'
import type { GraphNode, GraphNodes } from './graph-nodes'

/**
 * For each of several values, the nodes that compute it from the text alone (projections of it and shapes taken
 * from it), each after those that it reads. What also depends on the picture's values is no part of them.
 */
export function textNodes(graph: GraphNodes, inputs: DenoiserInputs, values: readonly string[]): GraphNode[] {
  const depends = dependence(graph, inputs)
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  const reaches = new Map<string, boolean>([[inputs.text, true]])
  const found = new Set<GraphNode>()

  const visit = (value: string): boolean => {
    const known = reaches.get(value)
    if (known !== undefined) return known
    reaches.set(value, false)
    const node = producers.get(value)
    if (!node || depends.onSample(value)) return false
    const own = node.inputs.map(visit).some(Boolean)
    reaches.set(value, own)
    if (own) found.add(node)
    return own
  }
  for (const value of values) visit(value)
  return [...found]
}
