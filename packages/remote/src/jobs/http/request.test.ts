import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { addressOf, type RequestSettings, request } from './request'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type Answer = Response | Error | 'never'

/** Requests that are answered as listed, and when each was made. */
function scripted(answers: readonly Answer[], more: Partial<RequestSettings> = {}) {
  const asked: { at: number; headers: Record<string, string>; redirect?: string }[] = []
  const start = Date.now()
  const fetch = (async (_url: URL, init: RequestInit) => {
    asked.push({ at: Date.now() - start, headers: init.headers as Record<string, string>, redirect: init.redirect })
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    if (answer !== 'never') return answer.clone()
    return new Promise<Response>((_, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  }) as typeof globalThis.fetch
  const settings: RequestSettings = {
    fetch,
    base: new URL('http://neg.example/'),
    token: 'secret',
    timeout: 1000,
    ...more,
  }
  return { asked, settings }
}
const ok = () => new Response('{}')
const busy = (retryAfter?: string) =>
  new Response(JSON.stringify({ error: { code: 'queue-full', message: 'The queue is full.', request_id: 'r' } }), {
    status: 429,
    headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  })

async function outcome(work: Promise<unknown>) {
  const settled = work.then(
    (value) => ({ value }),
    (error) => ({ error }),
  )
  await vi.runAllTimersAsync()
  return settled as Promise<{ value?: Response; error?: Error & { code?: string } }>
}

describe('a request', () => {
  test('that finds the server busy waits exactly as long as it says', async () => {
    const { asked, settings } = scripted([busy('7'), busy('2'), ok()])
    expect((await outcome(request(settings, 'v1/jobs'))).value?.status).toBe(200)
    expect(asked.map(({ at }) => at)).toEqual([0, 7000, 9000])
  })

  test('that fails on the way is repeated within bounds, then says why', async () => {
    const lost = Object.assign(new TypeError('fetch failed'), { cause: new Error('connect ECONNREFUSED') })
    const { asked, settings } = scripted([lost], { retries: 3 })
    const { error } = await outcome(request(settings, 'v1/jobs'))
    expect(error).toMatchObject({ code: 'remote-unreachable', message: expect.stringContaining('ECONNREFUSED') })
    expect(asked).toHaveLength(4)
    // At most 250, 500 and 1000 ms between them.
    expect(asked[3].at).toBeLessThanOrEqual(1750)
  })

  test.each([502, 503, 504])('that is answered %i is repeated', async (status) => {
    const { asked, settings } = scripted([new Response('', { status }), ok()])
    expect((await outcome(request(settings, 'x'))).value?.status).toBe(200)
    expect(asked).toHaveLength(2)
  })

  test.each([400, 401, 404, 422, 500])('that is answered %i is not', async (status) => {
    const { asked, settings } = scripted([new Response('no', { status })])
    expect((await outcome(request(settings, 'x'))).error?.code).toMatch(/^remote-/)
    expect(asked).toHaveLength(1)
  })

  test('throws what the server’s error is, once it has waited enough', async () => {
    const { asked, settings } = scripted([busy()], { retries: 2 })
    expect((await outcome(request(settings, 'x'))).error).toMatchObject({
      code: 'queue-full',
      message: 'The queue is full.',
    })
    expect(asked).toHaveLength(3)
  })

  test('does not wait for hours', async () => {
    const { asked, settings } = scripted([busy('86400')])
    expect((await outcome(request(settings, 'x'))).error).toMatchObject({ code: 'queue-full' })
    expect(asked).toHaveLength(1)
  })

  test('without an answer ends', async () => {
    const { settings } = scripted(['never'], { retries: 0 })
    expect((await outcome(request(settings, 'x'))).error).toMatchObject({ code: 'remote-timeout' })
  })

  test('that is aborted is not repeated, and rejects with the reason', async () => {
    const controller = new AbortController()
    const { asked, settings } = scripted([busy('60')])
    const stop = new Error('stop')
    setTimeout(() => controller.abort(stop), 1000)
    expect((await outcome(request(settings, 'x', { signal: controller.signal }))).error).toBe(stop)
    expect(asked).toHaveLength(1)
  })

  test('carries the token to its own server only, and follows nobody elsewhere', async () => {
    const { asked, settings } = scripted([ok()])
    await outcome(request(settings, '/v1/jobs/a/images/0'))
    expect(asked[0]).toMatchObject({ headers: { authorization: 'Bearer secret' }, redirect: 'error' })
    const base = new URL('http://neg.example/below/')
    expect(addressOf('/v1/jobs', base).href).toBe('http://neg.example/below/v1/jobs')
    const elsewhere = ['http://evil.example/', '//evil.example/x', 'http://neg.example/x']
    // What an address means is not what it begins with: slashes lean, white space goes.
    const disguised = [
      '\\\\evil.example/x',
      ' //evil.example/x',
      '/\t//evil.example/x',
      '\n\\/evil.example',
      'ht\ntp://evil.example/',
    ]
    for (const path of [...elsewhere, ...disguised]) {
      expect(() => addressOf(path, base), JSON.stringify(path)).toThrowError(/elsewhere/)
    }
  })
})
