import { NegError } from '@neg/core'
import type { ModelFile } from '../files/model-files'
import type { Signature } from '../session/session'
import type { ElementType, ValueInfo } from '../session/value'
import { WireError, type WireField, WireReader } from './wire-reader'

/** What an ONNX file says about itself before its weights. */
export interface GraphHeader extends Signature {
  /** Files beside it that hold weights (`model.onnx_data`, `weights.pb`), as the graph names them. */
  readonly external: readonly string[]
}

/** TensorProto.DataType. */
const elementTypes: Readonly<Record<number, ElementType>> = {
  1: 'float32',
  2: 'uint8',
  6: 'int32',
  7: 'int64',
  9: 'bool',
  10: 'float16',
  11: 'float64',
}

/**
 * Reads inputs, outputs and external data of an ONNX file; weights are skipped.
 * @throws `model-file-malformed` for what is no whole ONNX model
 */
export async function readGraphHeader(file: ModelFile, name: string): Promise<GraphHeader> {
  try {
    return await read(new WireReader(file), name)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    throw new NegError(
      'model-file-malformed',
      `${name} is not a whole ONNX model: ${error.message}. Export or download it again.`,
      { cause: error, where: name },
    )
  }
}

async function read(reader: WireReader, name: string): Promise<GraphHeader> {
  const inputs: ValueInfo[] = []
  const outputs: ValueInfo[] = []
  const initializers = new Set<string>()
  const external = new Set<string>()
  let graphs = 0
  for await (const field of reader.fields(0, reader.file.size)) {
    if (field.number !== 7 || field.wire !== 2) continue
    graphs++
    for await (const part of reader.fields(field.start, field.end)) {
      if (part.wire !== 2) continue
      if (part.number === 5) await initializer(reader, part, initializers, external)
      else if (part.number === 11) inputs.push(await valueInfo(reader, part, name))
      else if (part.number === 12) outputs.push(await valueInfo(reader, part, name))
    }
  }
  if (graphs === 0 || outputs.length === 0) throw new WireError('it holds no graph with outputs')
  // Graphs of IR version 3 list their weights among the inputs.
  return { inputs: inputs.filter((info) => !initializers.has(info.name)), outputs, external: [...external] }
}

/** TensorProto: name = 8, external_data = 13. */
async function initializer(reader: WireReader, at: WireField, names: Set<string>, files: Set<string>): Promise<void> {
  for await (const field of reader.fields(at.start, at.end)) {
    if (field.number === 8 && field.wire === 2) names.add(await reader.text(field))
    if (field.number !== 13 || field.wire !== 2) continue
    const entry = await texts(reader, field)
    if (entry[1] === 'location' && entry[2] !== undefined) files.add(entry[2])
  }
}

/** ValueInfoProto: name = 1, type = 2 { tensor_type = 1 { elem_type = 1, shape = 2 { dim = 1 } } }. */
async function valueInfo(reader: WireReader, at: WireField, where: string): Promise<ValueInfo> {
  let name = ''
  let type = 0
  const shape: (number | string)[] = []
  for await (const field of reader.fields(at.start, at.end)) {
    if (field.number === 1 && field.wire === 2) name = await reader.text(field)
    if (field.number !== 2 || field.wire !== 2) continue
    for await (const kind of reader.fields(field.start, field.end)) {
      if (kind.number !== 1 || kind.wire !== 2) continue
      for await (const part of reader.fields(kind.start, kind.end)) {
        if (part.number === 1 && part.wire === 0) type = part.value
        if (part.number !== 2 || part.wire !== 2) continue
        for await (const dimension of reader.fields(part.start, part.end)) {
          if (dimension.number === 1 && dimension.wire === 2) shape.push(await size(reader, dimension))
        }
      }
    }
  }
  const element = elementTypes[type]
  if (element) return { name, type: element, shape }
  throw new NegError(
    'model-unsupported',
    `'${name}' of ${where} has ONNX element type ${type}; supported are float32, float16, float64, int32, int64, bool ` +
      'and uint8. Export the model with float32 inputs and outputs.',
    { where },
  )
}

/** TensorShapeProto.Dimension: dim_value = 1, dim_param = 2. */
async function size(reader: WireReader, at: WireField): Promise<number | string> {
  for await (const field of reader.fields(at.start, at.end)) {
    if (field.number === 1 && field.wire === 0) return field.value
    if (field.number === 2 && field.wire === 2) return reader.text(field)
  }
  return ''
}

/** A message of texts: field number → text. */
async function texts(reader: WireReader, at: WireField): Promise<Record<number, string | undefined>> {
  const found: Record<number, string> = {}
  for await (const field of reader.fields(at.start, at.end)) {
    if (field.wire === 2) found[field.number] = await reader.text(field)
  }
  return found
}
