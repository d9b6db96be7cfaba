import { gzipSync } from 'node:zlib'
import { negServer } from '@neg/remote/jobs'
import { afterEach, describe, expect, test } from 'vitest'
import { toyModel } from '../../core/src/run/toy-model.test-helper'
import type { LogLine } from './app/request-log'
import { hashToken, type TokenSpec } from './auth/token'
import { startServer } from './server'
import { gate, pirate, toyServer } from './testing/toy-server.test-helper'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())
async function start(...args: Parameters<typeof toyServer>) {
  const toy = await toyServer(...args)
  stop = toy.stop
  return toy
}

const token = (name: string) => `${name}-0123456789abcdefghijklmnop`
const spec = (name: string, more: Partial<TokenSpec> = {}): TokenSpec => ({
  name,
  sha256: hashToken(token(name)),
  ...more,
})
const bearer = (name: string) => ({ authorization: `Bearer ${token(name)}` })
const json = { 'content-type': 'application/json' }
const post = (url: string, body: BodyInit, headers: Record<string, string> = json) =>
  fetch(`${url}/v1/jobs`, { method: 'POST', body, headers })
const code = async (response: Response) => (await response.json()).error.code

describe('an address beyond this machine', () => {
  test('is refused without tokens, and taken with them or when asked for', async () => {
    const models = toyModel()
    await expect(startServer({ models, host: '0.0.0.0' })).rejects.toMatchObject({ code: 'server-insecure' })
    for (const options of [{ tokens: [spec('ada')] }, { insecure: true }]) {
      const server = await startServer({ models, host: '0.0.0.0', ...options })
      expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200)
      await server.close({ drain: 0 })
    }
  })
})

describe('tokens', () => {
  test('are asked for everywhere but at health and the document', async () => {
    const { server } = await start({ tokens: [spec('ada')] })
    for (const path of ['/healthz', '/readyz', '/openapi.json']) {
      expect((await fetch(server.url + path)).status).toBe(200)
    }
    for (const path of ['/v1/jobs', '/v1/models', '/v1/capabilities', '/metrics', '/nonsense']) {
      const response = await fetch(server.url + path)
      expect([path, response.status, await code(response)]).toEqual([path, 401, 'unauthorized'])
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
    }
    expect((await fetch(`${server.url}/v1/jobs`, { headers: bearer('eve') })).status).toBe(401)
    expect((await fetch(`${server.url}/v1/jobs`, { headers: bearer('ada') })).status).toBe(200)
  })

  test('do what their scopes say', async () => {
    const tokens = [spec('ada', { scopes: ['tensors'] }), spec('root', { scopes: ['admin'] })]
    const { server } = await start({ tokens })
    const get = (path: string, name: string) => fetch(server.url + path, { headers: bearer(name) })
    expect(await code(await get('/v1/jobs', 'ada'))).toBe('forbidden')
    expect(await code(await get('/metrics', 'ada'))).toBe('forbidden')
    expect((await get('/v1/jobs', 'root')).status).toBe(200)
    expect(await (await get('/metrics', 'root')).text()).toContain('neg_jobs_waiting 0')
  })

  test('see their own jobs only; an admin’s sees all', async () => {
    const tokens = [spec('ada'), spec('bob'), spec('root', { scopes: ['admin'] })]
    const { server } = await start({ tokens })
    const of = (name: string) => negServer({ url: server.url, token: token(name) })
    const { id } = await of('ada').submit({ recipe: pirate })
    await expect(of('bob').job(id)).rejects.toMatchObject({ code: 'job-missing' })
    await expect(of('bob').cancel(id)).rejects.toMatchObject({ code: 'job-missing' })
    expect((await of('bob').jobs()).jobs).toEqual([])
    expect((await of('root').jobs()).jobs.map((job) => job.id)).toEqual([id])
  })

  test('have limits: jobs at a time and a minute', async () => {
    const inside = gate()
    const tokens = [spec('ada', { limits: { concurrent: 1 } }), spec('bob', { limits: { jobsPerMinute: 2 } })]
    const { server } = await start({ tokens }, { before: () => inside.opened })
    const send = (name: string) => post(server.url, JSON.stringify(pirate), { ...json, ...bearer(name) })
    expect((await send('ada')).status).toBe(201)
    const second = await send('ada')
    expect([second.status, await code(second)]).toEqual([429, 'rate-limited'])
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await send('bob')).status).toBe(201)
    expect((await send('bob')).status).toBe(201)
    const third = await send('bob')
    expect([third.status, await code(third)]).toEqual([429, 'rate-limited'])
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(50)
    inside.open()
  })

  test('that are short, unnamed or named twice are refused at the start', async () => {
    expect(() => hashToken('secret')).toThrowError(/at least 20/)
    await expect(startServer({ models: toyModel(), tokens: [spec('ada'), spec('ada')] })).rejects.toThrow(/named 'ada'/)
    await expect(startServer({ models: toyModel(), tokens: [{ name: '', sha256: 'x' }] })).rejects.toThrow(/Token 1/)
  })
})

describe('other people’s pages', () => {
  test('can’t reach the server by another name, or from an origin that is not listed', async () => {
    const { server } = await start({ cors: ['https://studio.example'], hosts: ['neg.example'] })
    const { request } = await import('node:http')
    const ask = (headers: Record<string, string>) =>
      new Promise<{ status: number; code?: string }>((resolve, reject) => {
        const sent = request(`${server.url}/v1/models`, { headers }, (answer) => {
          let text = ''
          answer.on('data', (chunk) => (text += chunk))
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, code: JSON.parse(text).error?.code }))
        })
        sent.on('error', reject).end()
      })
    expect(await ask({ host: 'evil.example' })).toEqual({ status: 403, code: 'host-forbidden' })
    expect(await ask({ host: 'neg.example:1234' })).toEqual({ status: 200, code: undefined })
    expect(await ask({ origin: 'https://evil.example' })).toEqual({ status: 403, code: 'origin-forbidden' })
    expect(await ask({ origin: 'null' })).toEqual({ status: 403, code: 'origin-forbidden' })
    expect(await ask({ origin: server.url })).toEqual({ status: 200, code: undefined })
    expect(await ask({ origin: 'https://studio.example' })).toEqual({ status: 200, code: undefined })
    expect(await ask({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toMatchObject({ status: 403 })
    // Somebody who follows a link from elsewhere embeds nothing.
    expect(await ask({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toMatchObject({ status: 200 })
    // On loopback a plain address that is not this machine's is another's name.
    for (const host of ['192.0.2.1', '192.0.2.1:8787', '[2001:db8::1]', '8.8.8.8']) {
      expect(await ask({ host })).toEqual({ status: 403, code: 'host-forbidden' })
    }
    for (const host of ['localhost:1', '127.0.0.9', '[::1]:8787', 'NEG.example']) {
      expect(await ask({ host })).toEqual({ status: 200, code: undefined })
    }
  })

  test('of listed origins get what browsers ask for before, and no others', async () => {
    const { server } = await start({ cors: ['https://studio.example'] })
    const preflight = (origin: string) =>
      fetch(`${server.url}/v1/jobs`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
    const allowed = await preflight('https://studio.example')
    expect(allowed.status).toBe(204)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://studio.example')
    expect(allowed.headers.get('access-control-allow-headers')).toMatch(/authorization.*idempotency-key.*last-event-id/)
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull()
    const refused = await preflight('https://evil.example')
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null])
    expect(refused.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
  })

  test.each(['*', 'https://a.example/path', 'studio.example', 'null'])('an origin %s is no origin', async (origin) => {
    await expect(startServer({ models: toyModel(), cors: [origin] })).rejects.toMatchObject({ code: 'option-invalid' })
  })
})

describe('bodies', () => {
  test('that are compressed, too long or of another type are refused', async () => {
    const { server } = await start({ limits: { jsonBytes: 1000 } })
    const body = JSON.stringify(pirate)
    const zipped = await post(server.url, gzipSync(body), { ...json, 'content-encoding': 'gzip' })
    expect([zipped.status, await code(zipped)]).toEqual([415, 'request-unsupported'])
    const form = await post(server.url, body, { 'content-type': 'text/plain' })
    expect([form.status, await code(form)]).toEqual([415, 'request-unsupported'])
    const long = await post(server.url, JSON.stringify({ prompt: 'x'.repeat(2000) }))
    expect([long.status, await code(long)]).toEqual([413, 'request-too-large'])
  })

  test('that say they are not compressed are taken', async () => {
    const { server } = await start()
    const plain = await post(server.url, JSON.stringify(pirate), { ...json, 'content-encoding': 'Identity' })
    expect(plain.status).toBe(201)
  })

  test('nest only so deep outside of strings; what is no JSON is refused, also what never ends', async () => {
    const { server } = await start()
    const refusal = async (body: string) => {
      const response = await post(server.url, body)
      const { error } = await response.json()
      return [response.status, error.code, /nests deeper/.test(error.message)]
    }
    const nested = (depth: number) => `{"prompt":${'['.repeat(depth)}${']'.repeat(depth)}}`
    // A prompt is no list: what is refused is told apart by why.
    expect(await refusal(nested(63))).toEqual([422, 'recipe-invalid', false])
    expect(await refusal(nested(64))).toEqual([400, 'request-invalid', true])
    expect(await refusal(`[${'{"a":[]},'.repeat(100)}0]`)).toEqual([422, 'recipe-invalid', false])
    for (const broken of ['{"prompt":"', '{"prompt":"\\', '"', '{', ']']) {
      expect(await refusal(broken)).toEqual([400, 'request-invalid', false])
    }
    const brackets = `\\"${'['.repeat(500)}`
    expect((await post(server.url, JSON.stringify({ ...pirate, prompt: brackets }))).status).toBe(201)
  })

  test('without a length are counted while they come', async () => {
    const { server } = await start({ limits: { jsonBytes: 100_000 } })
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 16_384
        controller.enqueue(new Uint8Array(16_384).fill(32))
        // Without a limit there the test fails, and does not fill the memory.
        if (sent > 50e6) controller.close()
      },
    })
    const answer = fetch(`${server.url}/v1/jobs`, {
      method: 'POST',
      body: endless,
      headers: json,
      duplex: 'half',
    } as RequestInit)
    // The answer, or a connection that breaks because nobody reads on.
    const status = await answer.then(
      (response) => response.status,
      () => 413,
    )
    expect(status).toBe(413)
    expect(sent).toBeLessThan(50e6)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  test('of pictures are judged by their header, before they are decoded', async () => {
    const { server } = await start()
    const bomb = Buffer.from('89504e470d0a1a0a0000000d49484452000186a0000186a0080200000000000000', 'hex')
    const upload = (body: Uint8Array, type = 'image/png') =>
      fetch(`${server.url}/v1/assets`, { method: 'POST', body: body as BodyInit, headers: { 'content-type': type } })
    const large = await upload(bomb)
    expect([large.status, await code(large)]).toEqual([422, 'limit-exceeded'])
    const nothing = await upload(Buffer.from('no picture'))
    expect([nothing.status, await code(nothing)]).toEqual([422, 'image-malformed'])
    const address = await upload(Buffer.from('http://127.0.0.1/'), 'text/uri-list')
    expect(address.status).toBe(415)
  })
})

describe('recipes', () => {
  test.each([
    ['steps', { steps: 201 }, 'limit-exceeded'],
    ['timesteps', { timesteps: Array.from({ length: 300 }, (_, i) => 300 - i) }, 'limit-exceeded'],
    ['a prompt', { prompt: 'x'.repeat(10_001) }, 'limit-exceeded'],
    ['negatives', { negatives: Array.from({ length: 20 }, () => 'no') }, 'limit-exceeded'],
    ['pixels', { width: 8192, height: 8192 }, 'limit-exceeded'],
    ['training timesteps', { scheduler: { name: 'DDIM', config: { num_train_timesteps: 1e12 } } }, 'limit-exceeded'],
    ['a guidance that is not registered', { guidance: 'mine' }, 'guidance-unknown'],
    ['an address as image', { image: { sha256: 'http://127.0.0.1/' } }, 'recipe-invalid'],
    ['a plug-in in the recipe', { plugins: [{}] }, 'recipe-invalid'],
  ])('with too much or with what is not theirs are refused: %s', async (_, change, expected) => {
    const { server } = await start()
    const response = await post(server.url, JSON.stringify({ ...pirate, ...change }))
    expect([response.status, await code(response)]).toEqual([422, expected])
  })

  test('that leave steps or size to the model are measured by what it fills in', async () => {
    const { server } = await start({ limits: { pixels: 32 * 32 - 1 } })
    const size = await post(server.url, JSON.stringify(pirate))
    expect([size.status, await code(size)]).toEqual([422, 'limit-exceeded'])
    const smaller = await post(server.url, JSON.stringify({ ...pirate, width: 24 }))
    expect(smaller.status).toBe(201)
  })

  test('that leave steps to the defaults are measured by those', async () => {
    const { server } = await start({ limits: { steps: 5 } })
    const { steps: _, ...open } = pirate
    const response = await post(server.url, JSON.stringify(open))
    expect([response.status, await code(response)]).toEqual([422, 'limit-exceeded'])
    expect((await post(server.url, JSON.stringify({ ...open, steps: 5 }))).status).toBe(201)
  })
})

describe('the log', () => {
  test('holds no prompt, negative or token, but what tells requests and recipes apart', async () => {
    const lines: LogLine[] = []
    const { server } = await start({ tokens: [spec('ada')], log: (line) => lines.push(line) })
    const secret = { ...pirate, prompt: 'something private', negatives: ['something else'] }
    const client = negServer({ url: server.url, token: token('ada') })
    const { id } = await client.submit({ recipe: secret })
    await post(server.url, JSON.stringify({ ...secret, steps: -1 }), { ...json, ...bearer('ada') })
    expect(JSON.stringify(lines)).not.toMatch(/private|something|0123456789/)
    expect(lines[0]).toMatchObject({ route: '/v1/jobs', status: 201, principal: 'ada', job: id })
    expect(lines[0].recipe).toMatch(/^[0-9a-f]{12}$/)
    expect(lines[1]).toMatchObject({ status: 422, error: 'recipe-invalid' })
  })

  test('holds prompts where that was asked for', async () => {
    const lines: LogLine[] = []
    const { client } = await start({ log: (line) => lines.push(line), logPrompts: true })
    await client.submit({ recipe: pirate })
    expect(lines[0].prompt).toBe('a pirate')
  })
})

describe('results', () => {
  test('expire, and can be deleted before', async () => {
    const { server, client } = await start({ keep: 1 })
    const wait = { method: 'POST', headers: { ...json, prefer: 'wait=20' }, body: JSON.stringify(pirate) }
    const job = await (await fetch(`${server.url}/v1/jobs`, wait)).json()
    expect(job.status).toBe('succeeded')
    expect((await fetch(server.url + job.result.images[0].url)).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await server.context.queue.sweep()
    await expect(client.job(job.id)).rejects.toMatchObject({ code: 'job-missing' })
    expect((await fetch(server.url + job.result.images[0].url)).status).toBe(404)

    const other = await (await fetch(`${server.url}/v1/jobs`, wait)).json()
    await client.delete(other.id)
    await client.delete(other.id)
    await expect(client.job(other.id)).rejects.toMatchObject({ code: 'job-missing' })
    expect(await server.context.blobs.get(`jobs/${other.id}/0.png`)).toBeUndefined()
  })
})
