import * as grpc from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from 'vitest'
import { echoMetadata } from '../look-alike.test-helper'
import { openInference } from '../open-inference'
import { decodeMessage } from './decode'
import { encodeMessage } from './encode'
import {
  modelInferRequest,
  modelInferResponse,
  modelMetadataResponse,
  nothing,
  serverMetadataResponse,
} from './open-inference-proto'

type Unary = grpc.handleUnaryCall<Uint8Array, Uint8Array>
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const bytes = (buffer: Buffer) => new Uint8Array(buffer)
const unary = (method: string) => ({
  path: `/inference.GRPCInferenceService/${method}`,
  requestStream: false as const,
  responseStream: false as const,
  requestSerialize: (message: Uint8Array) => Buffer.from(message),
  requestDeserialize: bytes,
  responseSerialize: (message: Uint8Array) => Buffer.from(message),
  responseDeserialize: bytes,
})

/** out_sample = sample, raw. */
const echo: Unary = ({ request }, answer) => {
  const { inputs, raw_input_contents: raw } = decodeMessage(modelInferRequest, request)
  const outputs = [{ ...inputs[0], name: 'out_sample', contents: decodeMessage(nothing, new Uint8Array()) as never }]
  answer(null, encodeMessage(modelInferResponse, { outputs, raw_output_contents: [raw[0]] }))
}

/** A gRPC server of the protocol with one UNet. */
async function serverOf(infer: Unary, port = 0) {
  const server = new grpc.Server({ 'grpc.max_receive_message_length': -1 })
  const seen: grpc.Metadata[] = []
  server.addService(
    { ServerMetadata: unary('ServerMetadata'), ModelMetadata: unary('ModelMetadata'), ModelInfer: unary('ModelInfer') },
    {
      ServerMetadata: (({ metadata }, answer) => {
        seen.push(metadata)
        answer(null, encodeMessage(serverMetadataResponse, { name: 'look-alike', version: '1' }))
      }) satisfies Unary,
      ModelMetadata: ((_, answer) => answer(null, encodeMessage(modelMetadataResponse, echoMetadata))) satisfies Unary,
      ModelInfer: infer,
    },
  )
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    ),
  )
  stops.push(() => server.forceShutdown())
  return { grpcUrl: `grpc://127.0.0.1:${bound}`, port: bound, seen, stop: () => server.forceShutdown() }
}

const floats = (shape: number[]) => ({
  type: 'float32' as const,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  shape,
})
const feeds = { sample: floats([1, 1, 2, 2]), timestep: floats([1]), encoder_hidden_states: floats([1, 3, 2]) }

const fails =
  (code: number, details: string): Unary =>
  (_, answer) =>
    answer({ code, details })

describe('gRPC', () => {
  it('carries tensors raw, more than gRPC’s own limit, with the token', async () => {
    const { grpcUrl, seen } = await serverOf(echo)
    const server = await openInference({ grpcUrl, token: 'secret', headers: { 'x-team': 'a' } })
    expect(server).toMatchObject({ name: 'look-alike', version: '1' })
    const session = await server.session('unet')
    const large = floats([1, 1, 1200, 1200])
    const { out_sample: out } = await session.run({ ...feeds, sample: large })
    expect(out.shape).toEqual(large.shape)
    expect(
      Buffer.from(out.data.buffer, out.data.byteOffset, out.data.byteLength).equals(Buffer.from(large.data.buffer)),
    ).toBe(true)
    expect([seen[0].get('authorization'), seen[0].get('x-team')]).toEqual([['Bearer secret'], ['a']])
    await server.close()
  })

  it.each([
    [5, "Request for unknown model: 'x' is not found", 'remote-model-missing'],
    [3, 'unexpected shape', 'remote-refused'],
    [2, 'KeyError', 'remote-failed'],
    [13, 'CUDA out of memory', 'out-of-memory'],
    [16, 'no token', 'remote-unauthorized'],
    [8, 'too many', 'remote-busy'],
    [12, '', 'remote-unsupported'],
  ])('status %i (%s) is %s', async (status, details, code) => {
    const { grpcUrl } = await serverOf(fails(status, details))
    const server = await openInference({ grpcUrl })
    const session = await server.session('unet')
    await expect(session.run(feeds)).rejects.toMatchObject({ code, message: expect.stringContaining(details) })
    await server.close()
  })

  it('tries once more when its connection died', async () => {
    let calls = 0
    const { grpcUrl } = await serverOf((call, answer) => {
      if (++calls === 2) answer({ code: 14, details: 'Connection dropped' })
      else echo(call, answer)
    })
    const server = await openInference({ grpcUrl })
    const session = await server.session('unet')
    await session.run(feeds)
    expect((await session.run(feeds)).out_sample).toEqual(feeds.sample)
    expect(calls).toBe(3)
    await server.close()
  })

  it('finds the server again after it was started anew', async () => {
    const first = await serverOf(echo)
    const server = await openInference({ grpcUrl: first.grpcUrl })
    const session = await server.session('unet')
    await session.run(feeds)
    first.stop()
    await serverOf(echo, first.port)
    expect((await session.run(feeds)).out_sample).toEqual(feeds.sample)
    await server.close()
  })

  it('gives a call no more than its time', async () => {
    const { grpcUrl } = await serverOf(() => undefined)
    const server = await openInference({ grpcUrl, firstTimeout: 100 })
    const session = await server.session('unet')
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'remote-timeout' })
    await server.close()
  })

  it('cancels on the server when aborted, and rejects with the signal’s reason', async () => {
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    let toldServer = () => {}
    const cancelled = new Promise<void>((resolve) => {
      toldServer = resolve
    })
    const { grpcUrl } = await serverOf((call) => {
      call.on('cancelled', toldServer)
      controller.abort(reason)
    })
    const server = await openInference({ grpcUrl })
    const session = await server.session('unet')
    await expect(session.run(feeds, { signal: controller.signal })).rejects.toBe(reason)
    await cancelled
    await server.close()
  })

  it.each(['host', 'grpc://host', 'ftp://host:1', 'grpc://host:1/path'])('refuses the address %j', async (grpcUrl) => {
    await expect(openInference({ grpcUrl })).rejects.toMatchObject({ code: 'option-invalid' })
  })
})
