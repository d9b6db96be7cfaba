import type { ModelFile } from '../files/model-files'
import type { GraphNode, GraphNodes } from './graph-nodes'
import { wireFields } from './wire-fields'
import { WireError, WireReader } from './wire-reader'

/** A weight of a graph, known without its numbers. */
export interface Weight {
  readonly shape: readonly number[]
  /** TensorProto.DataType: 1 is float32, 10 float16. */
  readonly type: number
}

/** A graph's weights, by name. */
export type Weights = ReadonlyMap<string, Weight>

const utf8 = new TextDecoder()

/** Shape and type of an ONNX file's initializers: their data is skipped. Nothing for what is no whole ONNX model. */
export async function readWeights(file: ModelFile): Promise<Weights> {
  const weights = new Map<string, Weight>()
  const reader = new WireReader(file)
  try {
    // ModelProto: graph = 7; GraphProto: initializer = 5; TensorProto: dims = 1 (a number each, or packed), data_type = 2, name = 8.
    for await (const field of reader.fields(0, file.size)) {
      if (field.number !== 7 || field.wire !== 2) continue
      for await (const part of reader.fields(field.start, field.end)) {
        if (part.number !== 5 || part.wire !== 2) continue
        const dims: number[] = []
        let name = ''
        let type = 0
        for await (const own of reader.fields(part.start, part.end)) {
          if (own.number === 8 && own.wire === 2) name = await reader.text(own)
          if (own.number === 2 && own.wire === 0) type = own.value
          if (own.number !== 1) continue
          if (own.wire === 0) dims.push(own.value)
          else dims.push(...packed(await reader.bytes(own)))
        }
        weights.set(name, { shape: dims, type })
      }
    }
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return new Map()
  }
  return weights
}

function packed(bytes: Uint8Array): number[] {
  const numbers: number[] = []
  let [value, shift] = [0, 0]
  for (const byte of bytes) {
    value += (byte & 127) * 2 ** shift
    shift += 7
    if (byte < 128) {
      numbers.push(value)
      value = 0
      shift = 0
    }
  }
  return numbers
}

/** Operators that leave the number of an input's channels what it is. */
const through = new Set(
  [
    'Cast',
    'Identity',
    'Mul',
    'Div',
    'Add',
    'Sub',
    'QuantizeLinear',
    'DequantizeLinear',
    'DynamicQuantizeLinear',
  ].concat('Dropout'),
)

/** An integer attribute of a node. AttributeProto: name = 1, i = 3. */
export function integerAttribute({ bytes }: GraphNode, name: string): number | undefined {
  for (const field of wireFields(bytes)) {
    if (field.number !== 5) continue
    let own = ''
    let value = 0
    for (const part of wireFields(field.bytes)) {
      if (part.number === 1) own = utf8.decode(part.bytes)
      if (part.number === 3) value = part.value
    }
    if (own === name) return value
  }
  return undefined
}

/**
 * How many channels of an input the first weights that it meets take: a convolution's second axis, a product's rows.
 * Undefined where it meets none that tell.
 */
export function weightWidth({ nodes }: GraphNodes, weights: Weights, input: string): number | undefined {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  const shapeOf = (name: string | undefined): readonly number[] | undefined => {
    const known = name === undefined ? undefined : weights.get(name)?.shape
    if (known || name === undefined) return known
    const made = producers.get(name)
    if (made?.op === 'Transpose') return shapeOf(made.inputs[0])?.toReversed()
    return made && through.has(made.op) ? shapeOf(made.inputs[0]) : undefined
  }
  const reached = new Set([input])
  for (const value of reached) {
    for (const node of nodes) {
      if (node.inputs[0] !== value && !(through.has(node.op) && node.inputs.includes(value))) continue
      const width = widthAt(node, shapeOf)
      if (width !== undefined && width > 0) return width
      if (through.has(node.op)) reached.add(node.outputs[0])
    }
  }
  return undefined
}

function widthAt(
  node: GraphNode,
  shapeOf: (name: string | undefined) => readonly number[] | undefined,
): number | undefined {
  const op = node.op.replace('com.microsoft.', '')
  if (op === 'MatMulNBits') return integerAttribute(node, 'K')
  const weight = shapeOf(node.inputs[op.startsWith('QLinear') ? 3 : 1])
  if (!weight || weight.length < 2) return undefined
  if (/Conv/.test(op))
    return op === 'NhwcConv' ? weight[weight.length - 1] : weight[1] * (integerAttribute(node, 'group') ?? 1)
  if (op === 'Gemm') return integerAttribute(node, 'transB') ? weight[1] : weight[0]
  if (/MatMul/.test(op)) return integerAttribute(node, 'transB') ? weight[weight.length - 1] : weight[weight.length - 2]
  return undefined
}
