import { describe, expect, test } from 'vitest'
import { negServer } from './neg-server'

const job = {
  id: 'a b',
  status: 'queued',
  model: 'toy',
  priority: 0,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
  expires_at: null,
  attempt: 0,
  queue_position: 1,
  progress: { step: 0, steps: 0, call: 0, calls: 0, value: 0 },
  result: null,
  error: null,
  urls: { self: '', events: '', cancel: '' },
}

/** A server that answers everything with this; what it was asked. */
function answering(body: unknown, status = 200, url = 'http://neg.example/below') {
  const asked: { method: string; path: string; headers: Headers; body: unknown; signal: AbortSignal }[] = []
  const fetching = (async (url: URL, { method = 'GET', headers, body: sent, signal }: RequestInit) => {
    asked.push({ method, path: url.pathname + url.search, headers: new Headers(headers), body: sent, signal: signal! })
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
  }) as typeof fetch
  return { server: negServer({ url, fetch: fetching, retries: 0, token: 't' }), asked }
}

describe('a neg server', () => {
  test('is asked for jobs below its own address, with its token', async () => {
    const { server, asked } = answering(job)
    expect(await server.job('a b')).toEqual(job)
    await server.cancel('a b')
    await server.delete('a b')
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /below/v1/jobs/a%20b',
      'POST /below/v1/jobs/a%20b/cancel',
      'DELETE /below/v1/jobs/a%20b',
    ])
    expect(asked.every(({ headers }) => headers.get('authorization') === 'Bearer t')).toBe(true)
  })

  test('is handed jobs as JSON, seeds beyond 2⁵³ whole, each with a key of its own or the caller’s', async () => {
    const { server, asked } = answering(job)
    const recipe = { prompt: 'x', seed: 2n ** 60n + 1n }
    for (const options of [{}, {}, { idempotencyKey: 'mine' }]) await server.submit({ recipe } as never, options)
    expect(JSON.parse(asked[0].body as string)).toEqual({ recipe: { prompt: 'x', seed: '1152921504606846977' } })
    expect(asked[0].headers.get('content-type')).toBe('application/json')
    const keys = asked.map(({ headers }) => headers.get('idempotency-key'))
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
    expect(keys[1]).not.toBe(keys[0])
    expect(keys[2]).toBe('mine')
  })

  test('is asked for pages of jobs by what was given only', async () => {
    const { server, asked } = answering({ jobs: [job], next: null })
    await server.jobs()
    await server.jobs({ status: 'running', limit: 2, cursor: undefined })
    expect(asked.map(({ path }) => path)).toEqual(['/below/v1/jobs', '/below/v1/jobs?status=running&limit=2'])
  })

  test('takes pictures as they are', async () => {
    const { server, asked } = answering({ sha256: 'ab', width: 1, height: 2 })
    const picture = Uint8Array.of(1, 2, 3)
    expect(await server.upload(picture, 'image/webp')).toEqual({ sha256: 'ab', width: 1, height: 2 })
    expect([asked[0].path, asked[0].body, asked[0].headers.get('content-type')]).toEqual([
      '/below/v1/assets',
      picture,
      'image/webp',
    ])
  })

  test('is given up by every method when its caller aborts', async () => {
    const signal = AbortSignal.abort(new Error('stop'))
    const { server, asked } = answering(job)
    const calls = [
      server.submit({ recipe: { prompt: 'x' } }, { signal }),
      server.job('a', { signal }),
      server.jobs({ signal }),
      server.cancel('a', { signal }),
      server.delete('a', { signal }),
      server.upload(Uint8Array.of(1), 'image/png', { signal }),
      server.models({ signal }),
      server.capabilities({ signal }),
    ]
    for (const call of calls) await expect(call).rejects.toThrow('stop')
    expect(asked).toEqual([])
  })

  test('deletes what is gone already, and tells of anything else', async () => {
    const error = (code: string) => ({ error: { code, message: 'm', request_id: 'r' } })
    await expect(answering(error('job-missing'), 404).server.delete('a')).resolves.toBeUndefined()
    await expect(answering(error('forbidden'), 403).server.delete('a')).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('is told from what is none', async () => {
    for (const body of ['<html>', { hello: 'world' }, '']) {
      await expect(answering(body).server.job('a')).rejects.toMatchObject({ code: 'remote-malformed' })
    }
    for (const url of ['', 'neg.example', 'ftp://neg.example']) {
      expect(() => negServer({ url })).toThrow(expect.objectContaining({ code: 'option-invalid', where: 'url' }))
    }
  })
})
