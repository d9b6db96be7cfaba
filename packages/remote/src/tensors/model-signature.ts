import { NegError } from '@neg/core'
import type { Signature, ValueInfo } from '@neg/onnx'
import { digestInput } from '../wire/conditioning'
import { type Datatype, datatypeOf, elementTypeOf, isDatatype } from '../wire/datatype'
import type { ModelMetadata } from '../wire/metadata'

/** An input or output: as a session has it, and as it travels. */
export interface RemoteTensor {
  readonly info: ValueInfo
  readonly datatype: Datatype
  /** As the server declares it; −1 is free. Undefined where it does not say. */
  readonly declared: readonly number[] | undefined
}

/** What a server's model takes and gives. */
export interface RemoteSignature {
  readonly inputs: readonly RemoteTensor[]
  readonly outputs: readonly RemoteTensor[]
  /** It takes digests in place of conditioning; `broadcasts`: then also one latent for all rows. */
  readonly digests?: { readonly broadcasts: boolean }
}

type Declared = NonNullable<ModelMetadata['inputs']>[number]

/** The free first axis is the batch; a column [N, 1], which Triton makes of one number a row, is [N]. */
function shapeOf(declared: readonly number[]): ValueInfo['shape'] {
  const column = declared.length === 2 && declared[0] < 0 && declared[1] === 1
  const shape = column ? declared.slice(0, 1) : declared
  return shape.map((size, axis) => (size >= 0 ? size : axis === 0 ? 'batch_size' : ''))
}

function remoteTensor({ name, datatype, shape }: Declared, known: Signature | undefined, where: string): RemoteTensor {
  const plain = datatype.replace(/^TYPE_/, '')
  const type = isDatatype(plain) ? elementTypeOf(plain) : undefined
  if (!isDatatype(plain) || type === undefined) {
    throw new NegError(
      'remote-unsupported',
      `'${name}' of ${where} has datatype ${datatype}; supported are FP32, FP16, BF16, FP64, INT64, INT32, UINT8 and BOOL.`,
      { where },
    )
  }
  if (shape) return { info: { name, type, shape: shapeOf(shape) }, datatype: plain, declared: shape }
  const local = [...(known?.inputs ?? []), ...(known?.outputs ?? [])].find((info) => info.name === name)
  if (local) return { info: { ...local, type }, datatype: plain, declared: undefined }
  throw new NegError(
    'remote-unsupported',
    `${where} does not say the shape of '${name}'. Declare it on the server, or keep the part's model.onnx in the local folder.`,
    { where },
  )
}

const fromLocal = (info: ValueInfo): RemoteTensor => ({ info, datatype: datatypeOf(info.type), declared: undefined })

/**
 * Reads a model's metadata.
 * @param known what the local folder's graph says, for servers that do not
 * @throws `remote-unsupported` for datatypes no session has, or when neither says what the model takes
 */
export function remoteSignature(metadata: ModelMetadata, where: string, known?: Signature): RemoteSignature {
  const declared = metadata.inputs ?? []
  const outputs = metadata.outputs ?? []
  if (declared.length === 0 || outputs.length === 0) {
    if (known) return { inputs: known.inputs.map(fromLocal), outputs: known.outputs.map(fromLocal) }
    throw new NegError(
      'remote-unsupported',
      `${where} does not say what it takes and gives. Declare inputs and outputs on the server (KServe: get_input_types ` +
        'and get_output_types; MLServer: model-settings.json), or keep the part’s model.onnx in the local folder.',
      { where },
    )
  }
  const digest = declared.find(({ name, datatype }) => name === digestInput && /BYTES|STRING/.test(datatype))
  return {
    inputs: declared.filter((input) => input !== digest).map((input) => remoteTensor(input, known, where)),
    outputs: outputs.map((output) => remoteTensor(output, known, where)),
    // A second axis is Triton's own batching, which wants equal first axes.
    ...(digest ? { digests: { broadcasts: (digest.shape ?? []).length === 1 } } : {}),
  }
}
