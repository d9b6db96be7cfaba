import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { type RequestSettings, request } from './request'
import { whenRead } from './when-read'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

/** A server whose answer's body brings one chunk and then fails with the signal, as that of fetch does. */
const silent = (async (_url: URL, { signal }: RequestInit) => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array([1]))
      signal?.addEventListener('abort', () => controller.error(signal.reason))
    },
  })
  return new Response(body)
}) as typeof fetch
const settings = (fetch: RequestSettings['fetch'], more: Partial<RequestSettings> = {}): RequestSettings => ({
  fetch,
  base: new URL('http://neg.example/'),
  token: undefined,
  timeout: 1000,
  ...more,
})

test('an answer arrives whole, and then the caller’s signal is let go', async () => {
  const { signal } = new AbortController()
  const parts = ['one ', 'two ', 'three']
  const fetch = (async () =>
    new Response(new Blob(parts).stream(), { status: 201, headers: { etag: 'x' } })) as typeof globalThis.fetch
  const answer = await request(settings(fetch), 'v1/jobs', { signal })
  expect(listeners(signal)).toBe(1)
  expect([answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([201, 'x', 'one two three'])
  expect(listeners(signal)).toBe(0)
})

test('aborting after the head ends the body with the caller’s reason', async () => {
  const controller = new AbortController()
  const answer = await request(settings(silent), 'v1/jobs', { signal: controller.signal })
  const reader = answer.body!.getReader()
  expect((await reader.read()).value).toEqual(new Uint8Array([1]))
  const rest = reader.read()
  controller.abort('enough')
  await expect(rest).rejects.toBe('enough')
  expect(listeners(controller.signal)).toBe(0)
})

test('a body that is given up, an answer without one, and none at all let the signal go, too', async () => {
  const { signal } = new AbortController()
  const answer = await request(settings(silent), 'v1/jobs', { signal })
  await answer.body!.cancel()
  expect(listeners(signal)).toBe(0)
  const empty = (async () => new Response(null, { status: 204 })) as typeof fetch
  expect((await request(settings(empty), 'v1/jobs', { signal })).status).toBe(204)
  expect(listeners(signal)).toBe(0)
  const dead = (async () => Promise.reject(new TypeError('fetch failed'))) as typeof fetch
  await expect(request(settings(dead, { retries: 0 }), 'v1/jobs', { signal })).rejects.toThrow('fetch failed')
  expect(listeners(signal)).toBe(0)
})

test('giving up reaches what is read from', async () => {
  let told: unknown
  const source = new ReadableStream({ cancel: (reason) => void (told = reason) })
  let done = 0
  await whenRead(new Response(source), () => done++).body!.cancel('no need')
  expect([told, done]).toEqual(['no need', 1])
})
