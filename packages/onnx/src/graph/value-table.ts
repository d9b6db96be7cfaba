import type { GraphNode, GraphNodes } from './graph-nodes'

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
