import { NegError } from '@neg/core'
import type { ModelFile } from '../files/model-files'
import { packedProduct as product, wireFields } from './wire-fields'
import { WireError, type WireField, WireReader } from './wire-reader'

/** A node of an ONNX graph. @experimental */
export interface GraphNode {
  readonly name: string
  /** Operator, with its domain where that isn't ONNX's own: `MatMul`, `com.microsoft.MultiHeadAttention`. */
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Where each input's name lies in the file, in bytes. */
  readonly inputsAt: readonly number[]
  /** Where each output's name lies in the file, in bytes. */
  readonly outputsAt: readonly number[]
  /** Where the node's field begins in the file, in bytes. */
  readonly at: number
  /** The NodeProto. */
  readonly bytes: Uint8Array
}

/** What an ONNX graph computes, without its weights. @experimental */
export interface GraphNodes {
  /** Of ONNX's own operators. */
  readonly opset: number
  /** Domains of operators beside ONNX's own that the file imports. */
  readonly domains: ReadonlySet<string>
  /** It computes in float16 somewhere: a node casts to it. */
  readonly half: boolean
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Weights and constants, with how many numbers each holds. */
  readonly initializers: ReadonlyMap<string, number>
  /** In the file's order, which need not be an order of computation. */
  readonly nodes: readonly GraphNode[]
  /** Attention that the file has as one node a layer, in place of which `nodes` has what that node computes (`openAttention`). */
  readonly opened?: OpenedAttention
}

/** An attention layer that the file has as one node, taken apart. */
export interface OpenedLayer {
  /** What is taken out of the file: the node, and what computed for it alone. */
  readonly out: readonly GraphNode[]
  /** What is appended in its place: a ModelProto. */
  readonly bytes: Uint8Array
  /** Where the nodes of `bytes` say that they lie: beyond every file. */
  readonly at: number
  /** The node is one that runtimes compute without whole scores: `com.microsoft.MultiHeadAttention`. */
  readonly kernel: boolean
}

/** Why a layer that the file has as one node stays that. */
export type NodeReason = 'node-mask' | 'node-heads' | 'node-form'

/** The attention nodes of a file. */
export interface OpenedAttention {
  /** By the name of the value that the second product gives, before heads are joined. */
  readonly layers: ReadonlyMap<string, OpenedLayer>
  /** By the name of the value that the node gives. */
  readonly left: ReadonlyMap<string, NodeReason>
}

const utf8 = new TextDecoder()

/**
 * Reads the nodes of an ONNX file; weights are skipped wherever they are.
 * @throws `model-file-malformed` for what is no whole ONNX model
 */
export async function readGraphNodes(file: ModelFile, name: string): Promise<GraphNodes> {
  try {
    return await read(new WireReader(file))
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw new NegError(
      'model-file-malformed',
      `${name} is not a whole ONNX model: ${error.message}. Export or download it again.`,
      { cause: error, where: name },
    )
  }
}

async function read(reader: WireReader): Promise<GraphNodes> {
  const inputs: string[] = []
  const outputs: string[] = []
  const initializers = new Map<string, number>()
  const domains = new Set<string>()
  const nodes: GraphNode[] = []
  let opset = 0
  for await (const field of reader.fields(0, reader.file.size)) {
    if (field.wire !== 2) continue
    // ModelProto: graph = 7, opset_import = 8.
    if (field.number === 8) {
      const { domain, version } = importOf(await reader.bytes(field))
      if (domain === '') opset = version
      else domains.add(domain)
    }
    if (field.number !== 7) continue
    // Runs of nodes lie side by side: each run is read in one piece.
    let run: { start: number; end: number }[] = []
    const flush = async () => {
      if (run.length === 0) return
      const from = run[0].start
      const bytes = await reader.file.slice(from, run[run.length - 1].end)
      for (const { start, end } of run) nodes.push(nodeOf(bytes.subarray(start - from, end - from), start))
      run = []
    }
    // GraphProto: node = 1, initializer = 5, input = 11, output = 12.
    for await (const part of reader.fields(field.start, field.end)) {
      if (part.wire !== 2) continue
      if (part.number === 1) {
        run.push(part)
        continue
      }
      await flush()
      if (part.number === 5) {
        await addInitializer(reader, part, initializers)
      } else if (part.number === 11) inputs.push(nameOf(await reader.bytes(part)))
      else if (part.number === 12) outputs.push(nameOf(await reader.bytes(part)))
    }
    await flush()
  }
  return {
    opset,
    domains,
    half: nodes.some(castsToHalf),
    inputs: inputs.filter((input) => !initializers.has(input)),
    outputs,
    initializers,
    nodes,
  }
}

/** TensorProto: dims = 1 (one number a field, or all in one), name = 8. */
async function addInitializer(reader: WireReader, at: WireField, initializers: Map<string, number>): Promise<void> {
  let elements = 1
  let name = ''
  for await (const own of reader.fields(at.start, at.end)) {
    if (own.number === 1 && own.wire === 0) elements *= own.value
    if (own.number === 1 && own.wire === 2) elements *= product(await reader.bytes(own))
    if (own.number === 8 && own.wire === 2) name = await reader.text(own)
  }
  initializers.set(name, elements)
}

/** Nodes and constants of a message that is appended to a file, as they are read there: `at` is where it begins. */
export function appendedNodes(message: Uint8Array, at: number): Pick<GraphNodes, 'nodes' | 'initializers'> {
  const nodes: GraphNode[] = []
  const initializers = new Map<string, number>()
  for (const graph of wireFields(message)) {
    if (graph.number !== 7) continue
    for (const part of wireFields(graph.bytes)) {
      if (part.number === 1) nodes.push(nodeOf(part.bytes, at + graph.at + part.at))
      if (part.number !== 5) continue
      const own = [...wireFields(part.bytes)]
      const elements = own.filter(({ number }) => number === 1).reduce((product, { value }) => product * value, 1)
      initializers.set(utf8.decode(own.find(({ number }) => number === 8)?.bytes), elements)
    }
  }
  return { nodes, initializers }
}

/** OperatorSetIdProto: domain = 1, version = 2. ONNX's own domain has two names. */
function importOf(bytes: Uint8Array): { domain: string; version: number } {
  let domain = ''
  let version = 0
  for (const { number, value, bytes: text } of wireFields(bytes)) {
    if (number === 1) domain = utf8.decode(text)
    if (number === 2) version = value
  }
  return { domain: domain === 'ai.onnx' ? '' : domain, version }
}

/** ValueInfoProto: name = 1. */
function nameOf(bytes: Uint8Array): string {
  for (const { number, bytes: text } of wireFields(bytes)) if (number === 1) return utf8.decode(text)
  return ''
}

/** Cast's attribute `to` (AttributeProto: i = 3) is float16 (10). */
function castsToHalf({ op, bytes }: GraphNode): boolean {
  if (op !== 'Cast') return false
  for (const { number, bytes: attribute } of wireFields(bytes)) {
    if (number !== 5) continue
    for (const field of wireFields(attribute)) if (field.number === 3 && field.value === 10) return true
  }
  return false
}

/** NodeProto: input = 1, output = 2, name = 3, op_type = 4, domain = 7. */
function nodeOf(bytes: Uint8Array, start: number): GraphNode {
  const inputs: string[] = []
  const outputs: string[] = []
  const inputsAt: number[] = []
  const outputsAt: number[] = []
  let name = ''
  let type = ''
  let domain = ''
  for (const { number, bytes: content, at } of wireFields(bytes)) {
    if (number === 1) {
      inputs.push(utf8.decode(content))
      inputsAt.push(start + at)
    } else if (number === 2) {
      outputs.push(utf8.decode(content))
      outputsAt.push(start + at)
    } else if (number === 3) name = utf8.decode(content)
    else if (number === 4) type = utf8.decode(content)
    else if (number === 7) domain = utf8.decode(content)
  }
  const op = domain === '' || domain === 'ai.onnx' ? type : `${domain}.${type}`
  // One byte says that a node follows, then comes its length, seven bits a byte.
  const lengthBytes = Math.max(1, Math.ceil(Math.log2(bytes.length + 1) / 7))
  return { name, op, inputs, inputsAt, outputs, outputsAt, at: start - lengthBytes - 1, bytes }
}
