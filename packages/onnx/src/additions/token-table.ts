import { NegError } from '@neg/core'
import { GraphBuilder } from '../graph/graph-builder'
import type { GraphNode, GraphNodes } from '../graph/graph-nodes'
import type { GraphPatch } from '../graph/graph-patch'
import { integerAttribute, type Weight } from '../graph/weight-widths'
import { stored } from './weight-sites'

/** Where a text encoder looks its tokens up. */
export interface TokenTable {
  readonly node: GraphNode
  readonly value: string
  /** [tokens, channels] */
  readonly weight: Weight
  /** The node that finds the end of the text as the largest id, where one does (encoders of before transformers 4.31). */
  readonly largest?: GraphNode
}

const through = new Set(['Cast', 'Reshape', 'Identity', 'Squeeze', 'Unsqueeze', 'Flatten'])

/** The table that a text encoder looks its ids up in. @throws `model-unsupported` where none is found, or one of another type */
export function tokenTable(
  part: string,
  { nodes }: GraphNodes,
  weights: ReadonlyMap<string, Weight>,
  ids = 'input_ids',
): TokenTable {
  const same = new Set([ids])
  for (const value of same) {
    for (const { op, inputs, outputs } of nodes) if (through.has(op) && inputs[0] === value) same.add(outputs[0])
  }
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  for (const node of nodes) {
    if (node.op !== 'Gather' || !same.has(node.inputs[1])) continue
    const found = stored(node, 0, producers, weights)
    if (!found || found.turned || found.weight.shape.length !== 2) continue
    // Weights that are kept in float16 may be cast before they are read.
    const cast = found.node === node ? undefined : integerAttribute(found.node, 'to')
    const weight = { shape: found.weight.shape, type: cast ?? found.weight.type }
    const largest = nodes.find(({ op, inputs }) => op === 'ArgMax' && same.has(inputs[0]))
    return { node, value: node.inputs[0], weight, ...(largest ? { largest } : {}) }
  }
  throw new NegError(
    'model-unsupported',
    `The graph of ${part} has no table of tokens in float32 or float16 to which embeddings could be added: use the fp32 or fp16 file.`,
    { where: part },
  )
}

/** New rows at the end of a text encoder's table of tokens: row i has the id `tokens + i`. */
export function tableRows(
  nodes: GraphNodes,
  { node, value, weight, largest }: TokenTable,
  rows: Float32Array,
): GraphPatch {
  const [tokens, width] = weight.shape
  const builder = GraphBuilder.for(nodes, { latents: '', text: '' }, 'embeddings')
  const own = builder.floats([rows.length / width, width], rows)
  const added = weight.type === 10 ? builder.cast(own, 'float16') : own
  builder.reroute(node, 0, builder.node('Concat', [value, added], { axis: 0 }))
  if (largest) {
    // New ids are larger than the end's: where the largest is looked for they count as none.
    const ids = largest.inputs[0]
    const wide = builder.cast(ids, 'int64')
    const known = builder.cast(builder.node('Less', [wide, builder.ints([tokens])]), 'int64')
    builder.reroute(largest, 0, builder.node('Mul', [wide, known]))
  }
  return builder.patch('embeddings')
}
