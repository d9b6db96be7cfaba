import { describe, expect, it } from 'vitest'
import { fromWire } from '../../wire/wire-tensor'
import { decodeMessage } from './decode'
import { encodeMessage } from './encode'
import type { GrpcClient } from './grpc-client'
import { grpcTransport } from './grpc-transport'
import { modelInferResponse } from './open-inference-proto'

const asked = { model: 'unet', inputs: [], outputs: ['y'], timeout: 1000, signal: undefined as never }

/** What the transport makes of an answer, which goes through its bytes. */
async function outputsOf(message: Record<string, unknown>) {
  const bytes = encodeMessage(modelInferResponse, message as never)
  const client = {
    url: 'grpc://host',
    call: async () => ({ message: decodeMessage(modelInferResponse, bytes), sent: 0, received: bytes.length }),
  } as unknown as GrpcClient
  return (await grpcTransport(client).infer(asked)).outputs
}
const output = (datatype: string, shape: number[], contents: object = {}) => ({ name: 'y', datatype, shape, contents })

describe('an answer over gRPC', () => {
  it.each([
    ['FP32', 'fp32', [0.5, -2, 0]],
    ['FP64', 'fp64', [0.1, -1e30, 0]],
    ['INT64', 'int64', [-1, 2 ** 40, -(2 ** 53) + 1]],
    ['INT32', 'int', [-1, 7, -(2 ** 31)]],
    ['UINT8', 'uint', [0, 7, 255]],
    ['BOOL', 'bool', [true, false, true]],
  ])('of %s as typed numbers has them all, signs and all', async (datatype, field, numbers) => {
    const [tensor] = await outputsOf({ outputs: [output(datatype, [3], { [field]: numbers })] })
    expect([tensor.datatype, tensor.shape]).toEqual([datatype, [3]])
    expect(Array.from(fromWire(tensor).data as ArrayLike<number | bigint>, Number)).toEqual(numbers.map(Number))
  })

  it('of no numbers is an empty tensor', async () => {
    const [tensor] = await outputsOf({ outputs: [output('FP32', [0, 4])] })
    expect([tensor.shape, fromWire(tensor).data.length]).toEqual([[0, 4], 0])
  })

  it('in raw bytes keeps each with its output, in order', async () => {
    const raw = [1, 2].map((value) => new Uint8Array(Float32Array.of(value).buffer))
    const outputs = [output('FP32', [1]), { ...output('FP32', [1]), name: 'z' }]
    const found = await outputsOf({ outputs, raw_output_contents: raw })
    expect(found.map((one) => [one.name, fromWire(one).data[0]])).toEqual([
      ['y', 1],
      ['z', 2],
    ])
  })

  it.each([
    ['fewer contents than outputs', [output('FP32', [1]), output('FP32', [1])], 1, 'remote-malformed'],
    ['more contents than outputs', [output('FP32', [1])], 2, 'remote-malformed'],
    ['a datatype that nobody knows', [output('FP8', [1])], 0, 'remote-unsupported'],
  ])('with %s is refused', async (_, outputs, count, code) => {
    const raw = Array.from({ length: count }, () => new Uint8Array(4))
    await expect(outputsOf({ outputs, raw_output_contents: raw })).rejects.toMatchObject({ code })
  })
})
