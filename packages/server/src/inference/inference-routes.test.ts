import type { Session, SessionFactory, Value } from '@neg/onnx'
import { openInference } from '@neg/remote'
import { headerLengthName, joinBody } from '@neg/remote/wire'
import fc from 'fast-check'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App, Variables } from '../app/route-group'
import type { ServerContext } from '../app/server-context'
import { hashToken } from '../auth/token'
import { createMetrics } from '../metrics/metrics'
import { gate, toyServer } from '../testing/toy-server.test-helper'
import { inferenceRoutes } from './inference-routes'

const signature = {
  inputs: [
    { name: 'sample', type: 'float32', shape: ['batch', 4, 'height', 'width'] },
    { name: 'timestep', type: 'float32', shape: ['batch'] },
    { name: 'encoder_hidden_states', type: 'float32', shape: ['batch', 'tokens', 2] },
  ],
  outputs: [{ name: 'out_sample', type: 'float32', shape: ['batch', 4, 'height', 'width'] }],
} as const

/** Networks that give sample + the first number of each row's conditioning. */
function networks(before: () => Promise<void> = async () => {}) {
  const counts = { opened: 0, released: 0, runs: 0 }
  const run: Session['run'] = async (feeds) => {
    counts.runs++
    await before()
    const [sample, text] = [feeds['sample'], feeds['encoder_hidden_states']]
    const [rows] = sample.shape
    const [each, width] = [sample.data.length / rows, text.data.length / rows]
    const data = Float32Array.from(
      sample.data as Float32Array,
      (x, i) => x + Number(text.data[Math.floor(i / each) * width]),
    )
    return { out_sample: { type: 'float32', data, shape: sample.shape } }
  }
  const sessions: SessionFactory = {
    parts: ['unet'],
    numerics: { backend: 'toy', runtime: '1', device: 'cpu', threads: 1 },
    digests: async () => [['unet/model.onnx', 'ab'.repeat(32)]],
    signature: async () => signature,
    async open() {
      counts.opened++
      return { ...signature, run, release: async () => void counts.released++ }
    },
  }
  return { sessions, counts }
}

const floats = (shape: number[], fill: (i: number) => number): Value => ({
  type: 'float32',
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => fill(i)),
  shape,
})
const feeds = {
  sample: floats([2, 4, 2, 2], (i) => i % 16),
  timestep: floats([2], () => 1),
  encoder_hidden_states: floats([2, 3, 2], (i) => i),
}
const expected = floats([2, 4, 2, 2], (i) => (i % 16) + (i < 16 ? 0 : 6))

it('a network that is no denoiser takes sides of any number, a denoiser those that it can halve', async () => {
  const { sessions } = networks()
  const decoder = {
    inputs: [{ name: 'latent_sample', type: 'float32', shape: ['batch', 4, 'height', 'width'] }],
    outputs: [{ name: 'sample', type: 'float32', shape: ['batch', 4, 'height', 'width'] }],
  } as const
  const both: SessionFactory = {
    ...sessions,
    parts: ['unet', 'vae_decoder'],
    signature: async (part) => (part === 'unet' ? signature : decoder),
    open: async (part, options) =>
      part === 'unet'
        ? sessions.open(part, options)
        : { ...decoder, run: async (given) => ({ sample: given['latent_sample'] }), release: async () => {} },
  }
  const routes = [inferenceRoutes({ models: { toy: both } })]
  // Room for 15 latent cells.
  const toy = await toyServer({ routes, limits: { pixels: 15 * 64 } }, { info: { sizeMultiple: 16 } })
  const server = await openInference({ url: toy.server.url })
  const odd = floats([1, 4, 3, 5], (i) => i)
  expect(await (await server.session('vae_decoder')).run({ latent_sample: odd })).toEqual({ sample: odd })
  const larger = (await server.session('vae_decoder')).run({ latent_sample: floats([1, 4, 4, 4], (i) => i) })
  await expect(larger).rejects.toThrow('4 × 4 cells')
  const denoiser = await server.session('unet')
  const row = { timestep: floats([1], () => 1), encoder_hidden_states: floats([1, 3, 2], (i) => i) }
  const { pixelsPer } = toy.model.info.latent
  expect(16 / pixelsPer).toBeGreaterThan(1)
  await expect(denoiser.run({ ...row, sample: odd })).rejects.toThrow(`multiples of ${16 / pixelsPer}`)
  await toy.stop()
})

it('says of every route that there is how it is asked, and of no other', () => {
  const group = inferenceRoutes({ models: { toy: networks().sessions } })
  const app: App = new Hono<{ Variables: Variables }>()
  const metrics = createMetrics()
  group.register(app, { metrics, models: { all: [] }, limits: {} } as unknown as ServerContext)
  const routes = app.routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`)
  const said = group.operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  expect([...new Set(routes)].sort()).toEqual([...said].sort())
})

describe('the inference routes', () => {
  const { sessions, counts } = networks()
  let toy: Awaited<ReturnType<typeof toyServer>>
  beforeAll(async () => {
    toy = await toyServer({
      routes: [inferenceRoutes({ models: { toy: sessions } })],
      limits: { tensorBytes: 100_000 },
    })
  })
  afterAll(() => toy.stop())

  const post = (body: BodyInit, headers: Record<string, string> = {}, path = '/v2/models/unet/infer') =>
    fetch(`${toy.server.url}${path}`, { method: 'POST', body, headers })

  it('serve what remote sessions ask, binary and as JSON, digests and all', async () => {
    for (const transport of ['http-binary', 'http-json'] as const) {
      const server = await openInference({ url: toy.server.url, transport })
      expect(server).toMatchObject({ name: 'neg', extensions: ['binary_tensor_data', 'cond_digest'] })
      const session = await server.session('unet')
      for (let i = 0; i < 3; i++) expect((await session.run(feeds)).out_sample).toEqual(expected)
    }
    expect(counts.opened).toBe(1)
  })

  it('answer in JSON, or in bytes after a head whose length a header says', async () => {
    const server = await openInference({ url: toy.server.url, transport: 'http-json' })
    expect(server.name).toBe('neg')
    const tensor = ({ data, shape }: Value, name: string) => ({
      name,
      datatype: 'FP32',
      shape,
      data: [...(data as Float32Array)],
    })
    const inputs = Object.entries(feeds).map(([name, value]) => tensor(value, name))
    const ask = (parameters: object) =>
      post(JSON.stringify({ inputs, outputs: [{ name: 'out_sample', parameters }] }), {
        'content-type': 'application/json',
      })
    const plain = await ask({})
    expect(plain.headers.get('content-type')).toBe('application/json')
    expect(plain.headers.get('inference-header-content-length')).toBeNull()
    expect((await plain.json()).outputs[0].data).toEqual([...(expected.data as Float32Array)])
    const binary = await ask({ binary_data: true })
    expect(binary.headers.get('content-type')).toBe('application/octet-stream')
    const length = Number(binary.headers.get('inference-header-content-length'))
    const body = new Uint8Array(await binary.arrayBuffer())
    const head = JSON.parse(new TextDecoder().decode(body.subarray(0, length)))
    expect(head.outputs).toEqual([
      { name: 'out_sample', datatype: 'FP32', shape: [2, 4, 2, 2], parameters: { binary_data_size: 128 } },
    ])
    expect(new Float32Array(body.slice(length).buffer)).toEqual(expected.data)
  })

  it('say what a network takes, its files, and that it is ready; also under its model’s name', async () => {
    const metadata = await (await fetch(`${toy.server.url}/v2/models/toy.unet/versions/1`)).json()
    expect(metadata).toMatchObject({
      name: 'toy.unet',
      versions: ['1'],
      inputs: [
        { name: 'sample', datatype: 'FP32', shape: [-1, 4, -1, -1] },
        {},
        {},
        { name: 'cond_digest', shape: [-1] },
      ],
      parameters: { files: { 'unet/model.onnx': 'ab'.repeat(32) } },
    })
    for (const path of ['/v2/health/live', '/v2/health/ready', '/v2/models/unet/ready']) {
      expect((await fetch(`${toy.server.url}${path}`)).status).toBe(200)
    }
  })

  it('refuse in the protocol’s words, with neg’s code beside them', async () => {
    const unknown = await post('{}', {}, '/v2/models/nothing/infer')
    expect([unknown.status, await unknown.json()]).toEqual([
      404,
      expect.objectContaining({ error: expect.stringContaining("no model 'nothing'"), code: 'remote-model-missing' }),
    ])
    const empty = await post('{}', { 'content-type': 'application/json' })
    expect([empty.status, (await empty.json()).code]).toEqual([400, 'request-invalid'])
    const form = await post('{}', { 'content-type': 'text/plain' })
    expect(form.status).toBe(415)
    const version = await fetch(`${toy.server.url}/v2/models/unet/versions/2`)
    expect(version.status).toBe(404)
  })

  it('refuse what is too long before holding it, and compressed bodies', async () => {
    const long = await post(new Uint8Array(100_001))
    expect([long.status, (await long.json()).code]).toEqual([413, 'request-too-large'])
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(60_000))
      },
    })
    const endless = fetch(`${toy.server.url}/v2/models/unet/infer`, {
      method: 'POST',
      body: stream,
      duplex: 'half',
    } as RequestInit)
    // The answer may come before the body has gone out, or the connection is cut.
    const status = await endless.then(
      (answer) => answer.status,
      () => 413,
    )
    expect(status).toBe(413)
    expect((await post('{}', { 'content-encoding': 'gzip' })).status).toBe(415)
  })

  it('answer a thousand malformed requests with 4xx and a code, and live', async () => {
    const inputs = Object.entries(feeds).map(([name, { shape }]) => ({
      name,
      datatype: 'FP32',
      shape,
      parameters: { binary_data_size: shape.reduce((a, b) => a * b, 4) },
    }))
    const whole = joinBody({ inputs }, [
      new Uint8Array(inputs.reduce((sum, one) => sum + one.parameters.binary_data_size, 0)),
    ])
    const requests = fc.oneof(
      fc.record({ body: fc.uint8Array({ maxLength: 300 }), length: fc.option(fc.integer({ min: -1, max: 400 })) }),
      fc.record({ body: fc.json().map((json) => new TextEncoder().encode(json)), length: fc.constant(null) }),
      fc
        .record({ cut: fc.integer({ min: 0, max: whole.body.length - 1 }) })
        .map(({ cut }) => ({ body: whole.body.slice(0, cut), length: whole.headerLength })),
      fc
        .record({ length: fc.integer({ min: 0, max: whole.headerLength - 1 }) })
        .map(({ length }) => ({ body: whole.body, length })),
    )
    await fc.assert(
      fc.asyncProperty(requests, async ({ body, length }) => {
        const answer = await post(new Uint8Array(body), length === null ? {} : { [headerLengthName]: String(length) })
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
        expect(await answer.json()).toEqual(
          expect.objectContaining({ code: expect.any(String), error: expect.any(String) }),
        )
      }),
      { seed: 10, numRuns: 1000 },
    )
    expect((await fetch(`${toy.server.url}/v2/health/live`)).status).toBe(200)
    expect(toy.mistakes).toEqual([])
  })
})

describe('the inference routes, guarded', () => {
  it('want a token with the scope tensors', async () => {
    const [good, other] = ['tensors-token-of-the-test', 'jobs-token-of-the-test']
    const toy = await toyServer({
      routes: [inferenceRoutes({ models: { toy: networks().sessions } })],
      tokens: [
        { name: 'a', sha256: hashToken(good), scopes: ['tensors'] },
        { name: 'b', sha256: hashToken(other), scopes: ['jobs'] },
      ],
    })
    try {
      const { url } = toy.server
      await expect(openInference({ url })).rejects.toMatchObject({ code: 'unauthorized' })
      await expect(openInference({ url, token: other })).rejects.toMatchObject({ code: 'forbidden' })
      const session = await (await openInference({ url, token: good })).session('unet')
      expect((await session.run(feeds)).out_sample).toEqual(expected)
      expect((await fetch(`${url}/v2/health/live`)).status).toBe(200)
    } finally {
      await toy.stop()
    }
  })

  it('hold only so many bodies at a time', async () => {
    const { opened, open } = gate()
    const { sessions, counts } = networks(() => opened)
    const toy = await toyServer({
      routes: [inferenceRoutes({ models: { toy: sessions } })],
      limits: { tensorBytes: 2000 },
    })
    try {
      const session = async () => (await openInference({ url: toy.server.url })).session('unet')
      const all = await Promise.all(Array.from({ length: 20 }, session))
      const runs = all.map((one) => one.run(feeds))
      // None can end before the gate opens but those that are refused.
      const refused = await Promise.race(runs.map((run) => run.catch((error: unknown) => error)))
      expect(refused).toMatchObject({ code: 'queue-full' })
      open()
      const ended = await Promise.allSettled(runs)
      const served = ended.filter(({ status }) => status === 'fulfilled').length
      expect(served).toBe(counts.runs)
      expect(served).toBeGreaterThanOrEqual(4)
      expect((await (await session()).run(feeds)).out_sample).toEqual(expected)
    } finally {
      open()
      await toy.stop()
    }
  })

  it('give a network up when nobody uses it, and open it again', async () => {
    const { sessions, counts } = networks()
    const toy = await toyServer({ routes: [inferenceRoutes({ models: { toy: sessions }, idle: 20 })] })
    try {
      const session = await (await openInference({ url: toy.server.url })).session('unet')
      await session.run(feeds)
      while (counts.released === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await session.run(feeds)
      expect(counts.opened).toBe(2)
    } finally {
      await toy.stop()
    }
  })
})
