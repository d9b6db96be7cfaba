import { memoryFiles, type SessionFactory } from '@neg/onnx'
import { afterEach, describe, expect, it } from 'vitest'
import { echo, echoMetadata, lookAlike, sendJson } from './look-alike.test-helper'
import { placeParts } from './part-places'
import { remote } from './remote'
import { remoteSessions } from './remote-sessions'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A server that has these models, and of a neg server's kind what their files are. */
async function serverOf(models: readonly string[], name = 'triton', files?: Readonly<Record<string, string>>) {
  const server = await lookAlike((got, response) => {
    const [, model, rest = ''] = /^\/v2\/models\/(\w+)(.*)$/.exec(got.path) ?? []
    if (got.path === '/v2') return sendJson(response, { name, version: '1', extensions: [] })
    if (!models.includes(model)) return sendJson(response, { error: `Model ${model} not found` }, 404)
    if (rest === '/config') return sendJson(response, { max_batch_size: 0 })
    if (rest === '/infer') return echo(got, response)
    return sendJson(response, { ...echoMetadata, parameters: files && { files } })
  })
  stops.push(server.stop)
  return server
}

const configs = ['model_index.json', 'text_encoder/config.json', 'unet/config.json', 'vae/config.json']
const local: SessionFactory = {
  parts: ['text_encoder', 'vae_decoder'],
  numerics: { backend: 'onnxruntime-node', runtime: '1', device: 'cpu', threads: 2 },
  digests: async (part) => [[`${part}/model.onnx`, '00']],
  signature: async () => ({ inputs: [], outputs: [] }),
  nodes: async () => ({
    opset: 17,
    half: false,
    inputs: [],
    outputs: [],
    initializers: new Map(),
    domains: new Set(),
    nodes: [],
  }),
  open: async () => ({ inputs: [], outputs: [], run: async () => ({}), release: async () => {} }),
}

describe('sessions of parts at their places', () => {
  it('ask each server once, and go without what nobody asked for', async () => {
    const { url, requests } = await serverOf(['unet', 'vae_decoder', 'text_encoder'])
    const sessions = await remoteSessions(placeParts({}, { url }, configs), undefined, {})
    expect(sessions.parts).toEqual(['text_encoder', 'unet', 'vae_decoder'])
    expect(sessions.servers.map(({ name }) => name)).toEqual(['triton'])
    expect(requests.filter(({ path }) => path === '/v2')).toHaveLength(1)
    expect(sessions.numerics).toEqual({ backend: 'open-inference', runtime: 'triton 1', device: 'remote', threads: 0 })
  })

  it('stop asking when the caller does', async () => {
    const controller = new AbortController()
    const silent = await lookAlike(() => controller.abort(new Error('changed my mind')))
    stops.push(silent.stop)
    const places = placeParts({}, { url: silent.url }, configs)
    await expect(remoteSessions(places, undefined, { signal: controller.signal })).rejects.toThrow('changed my mind')
  })

  it('refuse a model without a part that was asked for', async () => {
    const { url } = await serverOf(['unet'])
    const places = placeParts({ vae_encoder: 'vae_encoder' }, { url }, configs)
    await expect(remoteSessions(places, undefined, {})).rejects.toMatchObject({ code: 'remote-model-missing' })
  })

  it('have the digest of a neg server’s files, and of what others say and where they are', async () => {
    const neg = await serverOf(['unet'], 'neg', { 'unet/model.onnx': 'ab' })
    const [one, other] = [await serverOf(['unet']), await serverOf(['unet'])]
    const graphs = ['text_encoder/model.onnx', 'vae_decoder/model.onnx']
    const digests = async (url: string) =>
      (await remoteSessions(placeParts({}, { url }, graphs), local, {})).digests('unet')
    expect(await digests(neg.url)).toEqual([['unet/model.onnx', 'ab']])
    const [[[name, first]], [[, second]]] = [await digests(one.url), await digests(other.url)]
    expect(name).toBe('unet@remote')
    expect(first).not.toBe(second)
    expect(await digests(one.url)).toEqual([[name, first]])
  })

  it('offer the graph only where the UNet runs here', async () => {
    const { url } = await serverOf(['unet', 'vae_decoder'])
    const graphs = ['text_encoder', 'unet', 'vae_decoder'].map((part) => `${part}/model.onnx`)
    const there = await remoteSessions(placeParts({}, { url }, graphs), local, {})
    expect(there.nodes).toBeUndefined()
    const patch = { name: 'capture', bytes: new Uint8Array(1) }
    await expect(there.open('unet', patch)).rejects.toMatchObject({ code: 'remote-unsupported' })
    const here = await remoteSessions(
      placeParts({ unet: 'local', vae_decoder: 'vae_decoder' }, { url }, graphs),
      local,
      {},
    )
    expect(here.nodes).toBeDefined()
    expect(here.numerics).toEqual(local.numerics)
  })
})

describe('remote', () => {
  it('refuses what cannot be, before anything is asked', async () => {
    const strange = { url: 'http://127.0.0.1:1', modle: 'x' }
    await expect(remote(strange)).rejects.toMatchObject({ code: 'option-unknown', where: 'modle' })
    const files = memoryFiles('m', { 'text_encoder/model.onnx': '' })
    await expect(remote({ model: files })).rejects.toMatchObject({ code: 'option-invalid', where: 'url' })
    await expect(remote({ url: 'http://127.0.0.1:1', model: files })).rejects.toMatchObject({
      code: 'option-invalid',
      where: 'local',
    })
    await expect(remote({ url: 'http://127.0.0.1:1', model: 'no/such/folder' })).rejects.toMatchObject({
      code: 'model-missing',
    })
  })

  it('knows each of its options', async () => {
    const options = {
      parts: {},
      local,
      device: 'cpu',
      dtype: 'fp32',
      threads: 1,
      mixPictures: true,
      token: 't',
      headers: {},
      transport: 'auto',
      timeout: 1,
      firstTimeout: 1,
      fetch,
      signal: new AbortController().signal,
    } as const
    // No server is named: that is what is wrong, and nothing else.
    const refused = remote({ ...options, model: memoryFiles('m', {}) })
    await expect(refused).rejects.toMatchObject({ code: 'option-invalid', where: 'url' })
  })
})
