import { NegError } from '@neg/core'
import { type Datatype, isDatatype } from '../../wire/datatype'
import { tensorOfJson } from '../../wire/json-data'
import type { WireTensor } from '../../wire/wire-tensor'
import { nextId, type Transport } from '../transport'
import type { Message } from './descriptor'
import type { GrpcClient } from './grpc-client'
import { modelInferRequest, modelInferResponse } from './open-inference-proto'

type Output = Message<typeof modelInferResponse>['outputs'][number]

/** A tensor that came as typed numbers rather than raw. */
function typed({ name, shape, contents }: Output, datatype: Datatype): WireTensor {
  const lists = [
    contents.fp32,
    contents.fp64,
    contents.int64,
    contents.int,
    contents.uint,
    contents.uint64,
    contents.bool,
  ]
  return tensorOfJson(name, datatype, shape, lists.find(({ length }) => length > 0) ?? [])
}

function readOutputs(
  { outputs, raw_output_contents: raw }: Message<typeof modelInferResponse>,
  url: string,
): WireTensor[] {
  if (raw.length > 0 && raw.length !== outputs.length) {
    throw new NegError('remote-malformed', `${url} answered ${outputs.length} outputs with ${raw.length} contents.`)
  }
  return outputs.map((output, i) => {
    const { name, datatype, shape } = output
    if (!isDatatype(datatype)) {
      throw new NegError('remote-unsupported', `${url} answered '${name}' with the unknown datatype ${datatype}.`)
    }
    return raw.length > 0 ? { name, datatype, shape, bytes: raw[i] } : typed(output, datatype)
  })
}

/** gRPC with raw contents. */
export const grpcTransport = (client: GrpcClient): Transport => ({
  name: 'grpc',
  async infer({ model, version, inputs, outputs, timeout, signal }) {
    const { message, sent, received } = await client.call({
      method: 'ModelInfer',
      request: modelInferRequest,
      answer: modelInferResponse,
      message: {
        model_name: model,
        model_version: version ?? '',
        id: nextId(),
        inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
        outputs: outputs.map((name) => ({ name })),
        raw_input_contents: inputs.map(({ bytes }) => bytes),
      },
      timeout,
      signal,
      model,
    })
    return { outputs: readOutputs(message, client.url), sent, received }
  },
})
