import { NegError } from '@neg/core'
import type { Signature, ValueInfo } from '@neg/onnx'
import {
  type DenoiserInputs,
  decodeTexts,
  digestInput,
  fromWire,
  type InferRequestJson,
  inferRequest,
  RawReader,
  splitBody,
  tensorOfJson,
  type WireTensor,
} from '@neg/remote/wire'
import { type AxisSizes, checkTensor } from './check-tensor'

/** An inference request that was checked. */
export interface ReadInfer {
  readonly id: string | undefined
  /** The network's inputs; without the conditioning where only its digests came. */
  readonly inputs: readonly WireTensor[]
  /** A digest per row of the conditioning. */
  readonly digests?: readonly string[]
  readonly outputs: readonly { readonly name: string; readonly binary: boolean }[]
}

/** What a network takes, and how much of it at a time. */
export interface InferLimits {
  /** Rows of one call. */
  readonly rows: number
  /** Height × width of one row's picture or latents. */
  readonly cells: number
  /** What height and width of one row are multiples of. Default 1. */
  readonly multiple?: number
  /** Token ids that there are, from 0; undefined where nobody knows. */
  readonly tokens?: number
}

/** Bytes of a binary body's JSON: names, shapes, sizes. */
const mostHead = 1 << 20

type Input = InferRequestJson['inputs'][number]

const invalid = (message: string, where?: string) => new NegError('request-invalid', message, { where })

function parseHead(head: unknown): InferRequestJson {
  const parsed = inferRequest.safeParse(head)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(`The request is refused at ${issue.path.join('.') || 'its top'}: ${issue.message}.`)
}

function uniqueNames(names: readonly string[], what: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw invalid(`The ${what} '${twice}' stands twice in the request.`, twice)
}

function checkSize(
  { name, shape }: Input,
  info: ValueInfo,
  { rows, cells, multiple = 1 }: InferLimits,
  named: DenoiserInputs | undefined,
): void {
  if (info.shape[0] === undefined) return
  if (shape[0] > rows && !named?.alone?.includes(name))
    throw invalid(`'${name}' has ${shape[0]} rows; at most ${rows} are taken in one call.`, name)
  if (shape.length === 4 && shape[2] * shape[3] > cells) {
    throw invalid(`'${name}' has ${shape[2]} × ${shape[3]} cells; at most ${cells} in all are taken.`, name)
  }
  // Packed latents: a sequence, of which a token covers one cell or more.
  if (shape.length === 3 && name === named?.latents && shape[1] > cells) {
    throw invalid(`'${name}' has ${shape[1]} tokens; at most ${cells} are taken.`, name)
  }
  if (shape.length === 4 && (shape[2] % multiple !== 0 || shape[3] % multiple !== 0)) {
    throw invalid(`'${name}' has ${shape[2]} × ${shape[3]} cells; the network takes multiples of ${multiple}.`, name)
  }
}

/** What a text encoder reads, in every export. */
const tokenInput = 'input_ids'

/** Ids beyond the table end the network or, on some devices, read whatever lies there; ids below 0 count from its end. */
function checkTokens(tensor: WireTensor, tokens = Number.POSITIVE_INFINITY): void {
  for (const id of fromWire(tensor).data) {
    if (id >= 0 && id < tokens) continue
    const known = Number.isFinite(tokens) ? `0 to ${tokens - 1}` : 'whole numbers from 0'
    throw invalid(`'${tensor.name}' holds the token id ${id}; ids are ${known}.`, tensor.name)
  }
}

/** Digests as [N], or as [N, 1] from servers' habit of batching. */
function checkDigests({ datatype, shape }: Input, rows: number): number {
  const column = shape.length === 1 || (shape.length === 2 && shape[1] === 1)
  if (datatype === 'BYTES' && column && shape[0] > 0 && shape[0] <= rows) return shape[0]
  throw invalid(`'${digestInput}' is BYTES of shape [rows], at most ${rows}.`, digestInput)
}

/**
 * Reads the body of an inference request. Every size is checked against the network's inputs and the body's length before
 * a tensor is made; tensors are views of the body.
 *
 * @param named what a denoiser calls its text, which may come as digests, and its latents; undefined for other networks
 * @throws `request-invalid`
 */
export function readInfer(
  body: Uint8Array,
  headerLength: string | undefined,
  signature: Signature,
  limits: InferLimits,
  named: DenoiserInputs | undefined,
): ReadInfer {
  const { head, raw } = splitBody(body, headerLength, mostHead)
  const { id, inputs, outputs, parameters } = parseHead(head)
  uniqueNames(
    inputs.map(({ name }) => name),
    'input',
  )
  uniqueNames(
    (outputs ?? []).map(({ name }) => name),
    'output',
  )

  const digestPart = named ? inputs.find(({ name }) => name === digestInput) : undefined
  const rows = digestPart && checkDigests(digestPart, limits.rows)
  const sizes: AxisSizes = new Map()
  const batchAxis = signature.inputs.find(({ name }) => name === named?.text)?.shape[0]
  if (rows !== undefined && typeof batchAxis === 'string') sizes.set(batchAxis, rows)
  const expected = new Map<Input, number>()
  for (const input of inputs) {
    if (input === digestPart) continue
    const info = signature.inputs.find(({ name }) => name === input.name)
    if (!info) {
      const known = signature.inputs.map(({ name }) => name).join(', ')
      throw invalid(`There is no input '${input.name}'; there are ${known}.`, input.name)
    }
    // With digests, one latent stands for all rows.
    const one = rows !== undefined && input.name === named?.latents && input.shape[0] === 1
    const shape = one ? [rows, ...input.shape.slice(1)] : input.shape
    const bytes = checkTensor({ ...input, shape }, info, sizes)
    checkSize({ ...input, shape }, info, limits, named)
    expected.set(input, one ? bytes / rows : bytes)
  }
  for (const { name } of signature.inputs) {
    const digested = rows !== undefined && name === named?.text
    if (!digested && !inputs.some((input) => input.name === name))
      throw invalid(`The input '${name}' is missing.`, name)
  }

  const reader = new RawReader(raw)
  const tensors = inputs.map((input) => readTensor(input, expected.get(input), reader))
  reader.end()
  for (const tensor of tensors) if (tensor.name === tokenInput) checkTokens(tensor, limits.tokens)
  const digests = digestPart && decodeTexts(tensors[inputs.indexOf(digestPart)].bytes, digestInput)
  if (digests && digests.length !== rows) {
    throw invalid(`'${digestInput}' holds ${digests.length} texts in place of ${rows}.`, digestInput)
  }

  const binary = parameters?.binary_data_output ?? false
  const wanted =
    outputs && outputs.length > 0 ? outputs : signature.outputs.map(({ name }) => ({ name, parameters: null }))
  for (const { name } of wanted) {
    if (signature.outputs.some((output) => output.name === name)) continue
    const known = signature.outputs.map((output) => output.name).join(', ')
    throw invalid(`There is no output '${name}'; there are ${known}.`, name)
  }
  return {
    id,
    inputs: tensors.filter(({ name }) => !(named && name === digestInput)),
    ...(digests ? { digests } : {}),
    outputs: wanted.map(({ name, parameters: own }) => ({ name, binary: own?.binary_data ?? binary })),
  }
}

/** @param bytes What its shape takes; undefined for texts. */
function readTensor(input: Input, bytes: number | undefined, reader: RawReader): WireTensor {
  const { name, shape, parameters, data } = input
  const datatype = input.datatype as WireTensor['datatype']
  const size = parameters?.binary_data_size
  if (size === undefined) return tensorOfJson(name, datatype, shape, data)
  if (bytes !== undefined && size !== bytes) {
    throw invalid(`'${name}' of shape [${shape}] and datatype ${datatype} takes ${bytes} bytes; it says ${size}.`, name)
  }
  return { name, datatype, shape, bytes: reader.take(size, name) }
}
