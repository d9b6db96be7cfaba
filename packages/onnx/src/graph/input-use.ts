import type { GraphNode, GraphNodes } from './graph-nodes'
import { wireFields } from './wire-fields'

const utf8 = new TextDecoder()

/** Every value that a node reads, those inside of its branches included. NodeProto: input = 1, attribute = 5. */
function* reads(node: Uint8Array): Generator<string> {
  for (const { number, bytes } of wireFields(node)) {
    if (number === 1) yield utf8.decode(bytes)
    if (number !== 5) continue
    // AttributeProto: g = 6, graphs = 11; GraphProto: node = 1, output = 12.
    for (const attribute of wireFields(bytes)) {
      if (attribute.number !== 6 && attribute.number !== 11) continue
      for (const inner of wireFields(attribute.bytes)) {
        if (inner.number === 1) yield* reads(inner.bytes)
        if (inner.number !== 12) continue
        for (const name of wireFields(inner.bytes)) if (name.number === 1) yield utf8.decode(name.bytes)
      }
    }
  }
}

/** Inputs of a graph that nothing in it reads: what is fed to them changes nothing. */
export function unreadInputs({ nodes, inputs, outputs }: GraphNodes): ReadonlySet<string> {
  const unread = new Set(inputs)
  for (const name of outputs) unread.delete(name)
  for (const node of nodes) for (const name of node.inputs) unread.delete(name)
  if (unread.size === 0) return unread
  for (const { bytes } of nodes) for (const name of reads(bytes)) unread.delete(name)
  return unread
}

/** com.microsoft operators that onnxruntime has for CUDA and not for CPUs: its optimizer puts them in for float16 on a GPU. */
const cudaOnly = new Set(
  [
    'NhwcConv',
    'GroupNorm',
    'SkipGroupNorm',
    'BiasAdd',
    'BiasSplitGelu',
    'PackedAttention',
    'PackedMultiHeadAttention',
  ].map((op) => `com.microsoft.${op}`),
)

/** The first operator of a graph that onnxruntime computes on CUDA alone. */
export const cudaOperator = (nodes: readonly GraphNode[]): string | undefined =>
  nodes.find(({ op }) => cudaOnly.has(op))?.op
