import type { Value } from '@neg/onnx'
import { afterEach, describe, expect, it } from 'vitest'
import { headerLengthName, splitBody } from '../wire/binary-body'
import { echo, echoMetadata, lookAlike, readTensors, sendJson, sendTensors } from './look-alike.test-helper'
import { openInference } from './open-inference'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

interface Kind {
  readonly name: string
  readonly extensions?: string[] | null
  readonly config?: unknown
  readonly metadata?: unknown
  readonly infer?: Parameters<typeof lookAlike>[0]
}

/** A server of a kind, with a UNet that gives its sample back. */
async function serverOf({ name, extensions = [], config, metadata = echoMetadata, infer = echo }: Kind) {
  const server = await lookAlike((got, response, socket) => {
    if (got.path === '/v2') return sendJson(response, { name, version: '1.2', extensions })
    if (got.path === '/v2/models/unet') return sendJson(response, metadata)
    if (got.path === '/v2/models/unet/config' && config) return sendJson(response, config)
    if (got.path.endsWith('/infer')) return infer(got, response, socket)
    return sendJson(response, { error: 'Model not found' }, 404)
  })
  stops.push(server.stop)
  return server
}

const floats = (shape: number[]): Value => ({
  type: 'float32',
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround(i / 7)),
  shape,
})
const feeds = { sample: floats([2, 1, 2, 2]), timestep: floats([2]), encoder_hidden_states: floats([2, 3, 2]) }

describe('openInference', () => {
  it('asks the server, and speaks binary to one that says it can', async () => {
    const server = await serverOf({ name: 'triton', extensions: ['binary_tensor_data'], config: { max_batch_size: 0 } })
    const opened = await openInference({ url: `${server.url}/`, token: 'secret' })
    expect(opened).toMatchObject({ name: 'triton', version: '1.2', warnings: [] })
    const session = await opened.session('unet')
    const { out_sample: out } = await session.run(feeds)
    expect(out).toEqual(feeds.sample)
    expect(session.transport.current.name).toBe('http-binary')
    expect(server.requests.every(({ headers }) => headers.authorization === 'Bearer secret')).toBe(true)
    const { body, headers } = server.requests[server.requests.length - 1]
    const { head } = splitBody(body, headers[headerLengthName] as string)
    expect(head).toMatchObject({ id: expect.stringMatching(/^neg-\d+$/), parameters: { binary_data_output: true } })
  })

  it.each(['binary_tensor_data', 'binary_data'])('believes any server that says %s', async (extension) => {
    const server = await serverOf({ name: 'homemade', extensions: [extension] })
    const opened = await openInference({ url: server.url, grpcUrl: 'grpc://127.0.0.1:1' })
    const session = await opened.session('unet')
    expect(session.transport.current.name).toBe('http-binary')
    await opened.close()
  })

  it('finds out that a server reads binary bodies although it does not say so', async () => {
    const server = await serverOf({ name: 'kserve', extensions: ['model_repository_extension'] })
    const session = await (await openInference({ url: server.url })).session('unet')
    await session.run(feeds)
    expect(session.transport.current.name).toBe('http-binary')
  })

  it('falls back to JSON where binary bodies are refused, with a warning, and asks only once', async () => {
    const server = await serverOf({
      name: 'homemade',
      infer: (got, response) =>
        readTensorsIsBinary(got) ? sendJson(response, { detail: 'Invalid JSON' }, 422) : echo(got, response),
    })
    const opened = await openInference({ url: server.url })
    const session = await opened.session('unet')
    const outs = [await session.run(feeds), await session.run(feeds)]
    expect(outs.map(({ out_sample: out }) => out)).toEqual([feeds.sample, feeds.sample])
    expect(opened.warnings.map(({ code }) => code)).toEqual(['remote-transport', 'remote-json'])
    expect(server.requests.filter(({ path }) => path.endsWith('/infer'))).toHaveLength(3)
  })

  it.each(['http-binary', 'http-json'] as const)('counts what travels by %s', async (transport) => {
    let answered = 0
    const server = await serverOf({
      name: 'neg',
      infer(got, response) {
        const { end } = response
        response.end = ((body: string | Uint8Array) => {
          answered += Buffer.byteLength(body)
          return end.call(response, body, 'utf8')
        }) as typeof end
        return echo(got, response)
      },
    })
    const session = await (await openInference({ url: server.url, transport })).session('unet')
    for (let i = 0; i < 2; i++) await session.run(feeds)
    const asked = server.requests.filter(({ path }) => path.endsWith('/infer'))
    const sent = asked.reduce((sum, { body }) => sum + body.byteLength, 0)
    expect(session.traffic).toMatchObject({ calls: 2, sent, received: answered })
  })

  it('never sends binary bodies to MLServer, whose HTTP has none', async () => {
    const server = await serverOf({ name: 'mlserver', extensions: null })
    const opened = await openInference({ url: server.url })
    const session = await opened.session('unet')
    await session.run(feeds)
    expect(session.transport.current.name).toBe('http-json')
    expect(opened.warnings.map(({ code }) => code)).toEqual(['remote-json'])
    expect(server.requests.filter(({ path }) => path.endsWith('/infer')).map(readTensorsIsBinary)).toEqual([false])
  })

  it('reads outputs that come as JSON although they were asked for raw', async () => {
    const server = await serverOf({
      name: 'kserve',
      infer: (got, response) => {
        const [sample] = readTensors(got).tensors
        sendTensors(response, [{ ...sample, name: 'out_sample' }], false)
      },
    })
    const session = await (await openInference({ url: server.url })).session('unet')
    const { out_sample: out } = await session.run(feeds)
    expect(out).toEqual(feeds.sample)
  })

  it('splits calls by Triton’s max_batch_size', async () => {
    const server = await serverOf({ name: 'triton', config: { max_batch_size: 1 } })
    const session = await (await openInference({ url: server.url })).session('unet')
    const { out_sample: out } = await session.run(feeds)
    expect(out).toEqual(feeds.sample)
    expect(session.traffic.calls).toBe(2)
  })

  it('asks for a version where one is given', async () => {
    const server = await lookAlike((got, response, socket) => {
      if (got.path === '/v2') return sendJson(response, { name: 'x' })
      if (got.path === '/v2/models/my%2Funet/versions/3') return sendJson(response, echoMetadata)
      if (got.path === '/v2/models/my%2Funet/versions/3/infer') return echo(got, response)
      socket.destroy()
    })
    stops.push(server.stop)
    const session = await (await openInference({ url: server.url })).session('my/unet', { version: '3' })
    expect((await session.run(feeds)).out_sample).toEqual(feeds.sample)
  })

  it('goes on after an error that made the server close the connection', async () => {
    let calls = 0
    const server = await serverOf({
      name: 'triton',
      config: {},
      infer: (got, response, socket) => {
        calls++
        if (calls === 1) {
          response.on('finish', () => socket.destroy())
          return sendJson(response, { error: 'KeyError' }, 500)
        }
        return echo(got, response)
      },
    })
    const session = await (await openInference({ url: server.url, transport: 'http-binary' })).session('unet')
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'remote-failed' })
    expect((await session.run(feeds)).out_sample).toEqual(feeds.sample)
  })

  it('gives a call no more than its time', async () => {
    let calls = 0
    const server = await serverOf({
      name: 'triton',
      config: {},
      infer: (got, response) => {
        if (++calls === 1) echo(got, response)
      },
    })
    const session = await (await openInference({ url: server.url, timeout: 500, firstTimeout: 10_000 })).session('unet')
    await session.run(feeds)
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'remote-timeout' })
    expect(calls).toBe(2)
  })

  it.each([
    ['something else entirely', '<html>', 'remote-malformed'],
    [
      'tensors whose sizes do not fit',
      JSON.stringify({ outputs: [{ name: 'out_sample', datatype: 'FP32', shape: [2, 1, 2, 2], data: [1] }] }),
      'remote-malformed',
    ],
    [
      'an unknown datatype',
      JSON.stringify({ outputs: [{ name: 'out_sample', datatype: 'FP8', shape: [1], data: [1] }] }),
      'remote-unsupported',
    ],
  ])('refuses an answer that is %s', async (_, body, code) => {
    const server = await serverOf({
      name: 'triton',
      config: {},
      infer: (_got, response) => {
        response.end(body)
      },
    })
    const session = await (await openInference({ url: server.url, transport: 'http-json' })).session('unet')
    await expect(session.run(feeds)).rejects.toMatchObject({ code })
  })

  it('says when the address is no inference server', async () => {
    const page = await lookAlike((_, response) => {
      response.writeHead(404).end('not found')
    })
    stops.push(page.stop)
    await expect(openInference({ url: page.url })).rejects.toMatchObject({
      code: 'remote-unsupported',
      message: expect.stringContaining('Open Inference Protocol'),
    })
  })

  it('refuses options before anything is sent', async () => {
    for (const options of [
      {},
      { url: 'nonsense' },
      { grpcUrl: 'http://host' },
      { url: 'http://host', timeout: 0 },
      { url: 'http://host', firstTimeout: Number.NaN },
    ]) {
      await expect(openInference(options)).rejects.toMatchObject({ code: 'option-invalid' })
    }
    const server = await serverOf({ name: 'triton' })
    await expect(openInference({ url: server.url, transport: 'grpc' })).rejects.toMatchObject({
      code: 'option-invalid',
    })
  })

  it('says where no gRPC answers', async () => {
    const server = await serverOf({ name: 'triton' })
    const grpcUrl = server.url.replace('http', 'grpc')
    await server.stop()
    await expect(openInference({ grpcUrl, timeout: 5000 })).rejects.toMatchObject({
      code: expect.stringMatching(/remote-(unreachable|timeout)/),
    })
  })
})

const readTensorsIsBinary = (got: Parameters<typeof readTensors>[0]) =>
  got.headers['inference-header-content-length'] !== undefined
