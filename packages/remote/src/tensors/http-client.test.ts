import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { HttpClient } from './http-client'
import { lookAlike, sendJson } from './look-alike.test-helper'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})
const start = async (answer: Parameters<typeof lookAlike>[0]) => {
  const server = await lookAlike(answer)
  stops.push(server.stop)
  return server
}
const ask = { path: '/v2', timeout: 10_000 }

describe('a client of one server', () => {
  it('keeps its connection', async () => {
    const server = await start((_, response) => sendJson(response, { name: 'x' }))
    const client = new HttpClient(server.url)
    for (let i = 0; i < 10; i++) await client.json(ask)
    expect(server.requests).toHaveLength(10)
    // Node may open a second one before the first is free again.
    expect(server.sockets.size).toBeLessThanOrEqual(2)
  })

  it('asks again, once, when the connection it kept is dead', async () => {
    let calls = 0
    const server = await start((_, response, socket) => {
      calls++
      if (calls === 2) socket.resetAndDestroy()
      else sendJson(response, { calls })
    })
    const client = new HttpClient(server.url)
    expect(await client.json(ask)).toEqual({ calls: 1 })
    expect(await client.json(ask)).toEqual({ calls: 3 })
  })

  it('gives up after the second dead connection', async () => {
    const server = await start((_, _response, socket) => {
      socket.destroy()
    })
    await expect(new HttpClient(server.url).json(ask)).rejects.toMatchObject({ code: 'remote-unreachable' })
    expect(server.requests).toHaveLength(2)
  })

  it('says how long it waited, and asks no second time', async () => {
    const server = await start(() => undefined)
    await expect(new HttpClient(server.url).json({ ...ask, timeout: 50 })).rejects.toMatchObject({
      code: 'remote-timeout',
      message: expect.stringContaining('0.05 s'),
    })
    expect(server.requests).toHaveLength(1)
  })

  it('waits no longer for an answer that stops in the middle', async () => {
    const server = await start((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
    })
    await expect(new HttpClient(server.url).json({ ...ask, timeout: 100 })).rejects.toMatchObject({
      code: 'remote-timeout',
    })
  })

  it('rejects with the signal’s reason', async () => {
    const reason = new Error('changed my mind')
    const controller = new AbortController()
    const server = await start(() => controller.abort(reason))
    await expect(new HttpClient(server.url).json({ ...ask, signal: controller.signal })).rejects.toBe(reason)
    await expect(new HttpClient(server.url).json({ ...ask, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(server.requests).toHaveLength(1)
  })

  it('asks no second time when the connection broke because the caller aborted', async () => {
    const controller = new AbortController()
    let calls = 0
    const broken = async () => {
      calls++
      controller.abort(new Error('changed my mind'))
      throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })
    }
    const client = new HttpClient('http://neg.example', { fetch: broken })
    await expect(client.json({ ...ask, signal: controller.signal })).rejects.toThrow('changed my mind')
    expect(calls).toBe(1)
  })

  it('names an address where nobody answers', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    await expect(new HttpClient(`http://127.0.0.1:${port}`).json(ask)).rejects.toMatchObject({
      code: 'remote-unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('sends its token to its own address only: a redirect is refused', async () => {
    const elsewhere = await start((_, response) => sendJson(response, {}))
    const server = await start((_, response) => {
      response.writeHead(307, { location: elsewhere.url }).end()
    })
    const client = new HttpClient(server.url, { token: 'secret-token', headers: { 'x-team': 'a' } })
    const failed = await client.json(ask).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'remote-refused', message: expect.stringContaining(elsewhere.url) })
    expect(String((failed as Error).message)).not.toContain('secret-token')
    expect(server.requests[0].headers).toMatchObject({ authorization: 'Bearer secret-token', 'x-team': 'a' })
    expect(elsewhere.requests).toHaveLength(0)
  })

  it('refuses an answer that is no JSON, and one that would fill the memory', async () => {
    const page = await start((_, response) => response.end('<html>') as never)
    await expect(new HttpClient(page.url).json(ask)).rejects.toMatchObject({ code: 'remote-malformed' })
    const huge = await start((_, response) => {
      response.writeHead(200, { 'content-length': String(2 ** 40) }).flushHeaders()
    })
    await expect(new HttpClient(huge.url).json(ask)).rejects.toMatchObject({ code: 'remote-malformed' })
  })

  it.each(['', 'localhost:8000', 'ftp://host', 'http://'])('refuses the address %j', (url) => {
    expect(() => new HttpClient(url)).toThrow(expect.objectContaining({ code: 'option-invalid' }))
  })
})
