import { getEventListeners } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test } from 'vitest'
import { HttpFailure } from './http-failure'
import { type Fetch, send } from './send'
import { chunksOf } from './watched-body'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** A server on loopback, and its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** A `fetch` that knows of no signal, as Node 20's may forget its own. */
const deaf = (body: ReadableStream<Uint8Array> | undefined): Fetch =>
  body ? async () => new Response(body) : () => new Promise(() => {})
const oneChunk = () =>
  new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array([1])) })

describe('an answer', () => {
  test('arrives whole, whatever its status, and then the caller’s signal is let go', async () => {
    const url = await serve((_, response) => response.writeHead(404, { etag: 'x' }).end('one two three'))
    const { signal } = new AbortController()
    const answer = await send(url, {}, { signal })
    expect(listeners(signal)).toBe(1)
    expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([404, 'x', 'one two three'])
    expect(listeners(signal)).toBe(0)
  })

  test('without a body, one that is given up, and none at all let the signal go, too', async () => {
    const { signal } = new AbortController()
    let told: unknown
    const source = new ReadableStream<Uint8Array>({ cancel: (reason) => void (told = reason) })
    await (await send('http://neg.example', {}, { fetch: deaf(source), signal })).body!.cancel('no need')
    expect([told, listeners(signal)]).toEqual(['no need', 0])
    const url = await serve((_, response) => response.writeHead(204).end())
    expect((await send(url, {}, { signal })).status).toBe(204)
    expect(listeners(signal)).toBe(0)
    const dead = async () => Promise.reject(new TypeError('fetch failed'))
    await expect(send(url, {}, { fetch: dead, signal })).rejects.toThrow('fetch failed')
    expect(listeners(signal)).toBe(0)
  })

  test('comes in pieces; leaving early gives the rest up', async () => {
    let closed = false
    const url = await serve((_, response) => {
      response.on('close', () => {
        closed = true
      })
      response.write('abc')
    })
    for await (const piece of chunksOf(await send(url))) {
      expect(new TextDecoder().decode(piece)).toBe('abc')
      break
    }
    await expect.poll(() => closed).toBe(true)
  })
})

test('pieces that were read are let go while others come', async () => {
  let sent = 0
  const source = new ReadableStream<Uint8Array>({
    pull: (c) => (sent++ < 64 ? c.enqueue(new Uint8Array(1e6)) : c.close()),
  })
  const { signal } = new AbortController()
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  let read = 0
  for await (const piece of chunksOf(await send('http://x', {}, { fetch: deaf(source), signal }))) {
    expect(piece.length).toBe(1e6)
    if (++read < 60) continue
    collect()
    await new Promise((resolve) => setTimeout(resolve, 10))
    collect()
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(30e6)
    break
  }
  expect(read).toBe(60)
})

describe('aborting', () => {
  test('ends the waiting and the body with the caller’s reason, even where fetch does not hear it', async () => {
    const reason = new Error('enough')
    expect(await send('http://x', {}, { signal: AbortSignal.abort(reason) }).catch((error) => error)).toBe(reason)
    const controller = new AbortController()
    const { signal } = controller
    const waiting = send('http://x', {}, { fetch: deaf(undefined), signal })
    const reader = (await send('http://x', {}, { fetch: deaf(oneChunk()), signal })).body!.getReader()
    expect((await reader.read()).value).toEqual(new Uint8Array([1]))
    const rest = reader.read()
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    await expect(rest).rejects.toBe(reason)
    expect(listeners(signal)).toBe(0)
  })
})

describe('a time limit', () => {
  const dribble = () =>
    serve((_, response) => {
      const timer = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(timer))
      setTimeout(() => response.end(), 240)
    })
  const late = { kind: 'timeout', message: expect.stringContaining('nothing arrived for') }

  test('of the head leaves the body its time', async () => {
    expect((await (await send(await dribble(), {}, { timeout: 150 })).text()).length).toBeGreaterThan(3)
    await expect(send('http://x', {}, { fetch: deaf(undefined), timeout: 20 })).rejects.toMatchObject(late)
  })

  test('of silence begins anew with every piece', async () => {
    const patient = { timeout: 150, limits: 'silence' } as const
    expect((await (await send(await dribble(), {}, patient)).text()).length).toBeGreaterThan(3)
    const stuck = await send('http://x', {}, { fetch: deaf(oneChunk()), timeout: 50, limits: 'silence' })
    await expect(stuck.text()).rejects.toMatchObject(late)
  })

  test('of the whole ends what goes on and on', async () => {
    const answer = await send(await dribble(), {}, { timeout: 100, limits: 'whole' })
    await expect(answer.text()).rejects.toMatchObject(late)
  })
})

describe('what fails', () => {
  test('on the way says the system’s code and reason', async () => {
    const url = await serve(() => {})
    for (const stop of stops.splice(0)) stop()
    const failure = await send(url).catch((error) => error)
    expect(failure).toBeInstanceOf(HttpFailure)
    expect(failure).toMatchObject({ kind: 'connection', code: 'ECONNREFUSED' })
    expect(failure.message).toContain('ECONNREFUSED')
  })

  test('in the middle of the body is told to who reads it', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{')
      setTimeout(() => response.destroy(), 20)
    })
    await expect((await send(url)).text()).rejects.toBeInstanceOf(HttpFailure)
  })

  test.each([
    [Object.assign(new Error('x'), { code: 'UND_ERR_HEADERS_TIMEOUT' }), 'timeout', 'UND_ERR_HEADERS_TIMEOUT', 'x'],
    [new TypeError('fetch failed', { cause: new Error('bad port') }), 'connection', undefined, 'bad port'],
    [
      new TypeError('fetch failed', {
        cause: new AggregateError([Object.assign(new Error('::1 refused'), { code: 'ECONNREFUSED' })]),
      }),
      'connection',
      'ECONNREFUSED',
      'fetch failed',
    ],
    ['odd', 'connection', undefined, 'odd'],
  ])('is read from %s', (thrown, kind, code, message) => {
    expect(HttpFailure.of(thrown)).toMatchObject({ kind, code, message })
  })
})
