import { attach, generate, negServer } from '@neg/remote/jobs'
import { type NegServer, startServer } from '@neg/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectWhole, pirate } from './pirate'
import { faultyProxy } from './proxy'
import { toyModel } from './toy-model.mjs'

let server: NegServer
beforeAll(async () => {
  server = await startServer({ models: toyModel({ ms: 3 }), concurrency: 1 })
})
afterAll(() => server.close({ drain: 0 }))

const client = (url: string) => negServer({ url, firstPause: 5, retries: 5 })

describe('an event stream that is cut', () => {
  // 10 steps, 2 states, the picture and the end.
  test.each(Array.from({ length: 15 }, (_, i) => i))('before its event %i goes on after the one before', async (at) => {
    let cut = false
    const proxy = await faultyProxy(server.url, ({ url }) => {
      if (!url?.endsWith('/events') || cut) return undefined
      cut = true
      return { events: at }
    })
    await expectWhole(generate(client(proxy.url), pirate))
    expect(cut).toBe(true)
    proxy.close()
  })

  test('after every single event still tells all', async () => {
    let connections = 0
    const proxy = await faultyProxy(server.url, ({ url }) => {
      if (!url?.endsWith('/events')) return undefined
      connections++
      return { events: 1 }
    })
    await expectWhole(generate(client(proxy.url), pirate))
    expect(connections).toBeGreaterThan(10)
    proxy.close()
  })

  test('before its first event every time is an error after so many tries, and the job runs on', async () => {
    const slow = await startServer({ models: toyModel({ ms: 60_000 }) })
    const proxy = await faultyProxy(slow.url, ({ url }) => (url?.endsWith('/events') ? { events: 0 } : undefined))
    const run = generate(client(proxy.url), pirate)
    await expect(run.result).rejects.toMatchObject({ code: 'remote-unreachable' })
    expect((await client(slow.url).job(await run.id)).status).toBe('running')
    proxy.close()
    await slow.close({ drain: 0 })
  })
})

describe('a client', () => {
  test('that goes and comes back as another finds its job, and all of it from the first event on', async () => {
    const first = generate(client(server.url), pirate)
    const id = await first.id
    const listening = (async () => {
      for await (const event of first) if (event.type === 'step-end' && event.call === 3) first.detach()
    })()
    await expect(listening).rejects.toMatchObject({ name: 'AbortError' })
    await expect(first.result).rejects.toMatchObject({ name: 'AbortError' })
    const events = await expectWhole(attach(client(server.url), id))
    expect(events.some((event) => event.type === 'status' && event.status === 'canceling')).toBe(false)
  })

  test('whose POST is answered into the void hands in one job', async () => {
    let lost = 0
    const proxy = await faultyProxy(server.url, ({ method, url }) => {
      if (method !== 'POST' || url !== '/v1/jobs' || lost === 2) return undefined
      lost++
      return { loseAnswer: true }
    })
    const before = (await client(server.url).jobs({ limit: 200 })).jobs.length
    await expectWhole(generate(client(proxy.url), pirate))
    expect(lost).toBe(2)
    expect((await client(server.url).jobs({ limit: 200 })).jobs.length).toBe(before + 1)
    proxy.close()
  })

  test('whose cancellation is answered into the void cancels once', async () => {
    let lost = false
    const proxy = await faultyProxy(server.url, ({ url }) => {
      if (!url?.endsWith('/cancel') || lost) return undefined
      lost = true
      return { loseAnswer: true }
    })
    const run = generate(client(proxy.url), { ...pirate, steps: 200 })
    const id = await run.id
    run.abort()
    await expect(run.result).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(async () => (await client(server.url).job(id)).status).toBe('canceled')
    proxy.close()
  })
})

describe('a run that is aborted at its step', () => {
  test.each(Array.from({ length: 11 }, (_, i) => i))('%i ends its job as canceled, with no picture', async (at) => {
    const run = generate(client(server.url), pirate)
    const id = await run.id
    const stop = new Error('stop here')
    if (at === 0) run.abort(stop)
    const seen: number[] = []
    const events = (async () => {
      for await (const event of run) {
        if (event.type !== 'step-end') continue
        seen.push(event.call)
        if (event.call === at) run.abort(stop)
      }
    })()
    const outcome = await run.result.catch((error) => error)
    await events.catch(() => {})
    const job = await client(server.url).job(id)
    await expect.poll(async () => (await client(server.url).job(id)).finished_at).not.toBeNull()
    const last = (await client(server.url).job(id)).status
    // The last step may have been told when all was done: then the result stands.
    if (at === 10 && last === 'succeeded') expect(job.result).not.toBeNull()
    else {
      expect(outcome).toBe(stop)
      expect(last).toBe('canceled')
      expect((await client(server.url).job(id)).result).toBeNull()
    }
    expect(seen).toEqual(Array.from({ length: at }, (_, i) => i + 1))
  })
})

describe('a reader that does not read', () => {
  test('holds nothing up, and then has every step and the latest previews only', async () => {
    const run = { recipe: { ...pirate, steps: 200, width: 704, height: 704 }, previews: { every: 1 }, latents: 'steps' }
    const own = await startServer({ models: toyModel({ ms: 1 }) })
    const { id } = await client(own.url).submit(run as never)
    const response = await fetch(`${own.url}/v1/jobs/${id}/events`)
    await expect
      .poll(async () => (await client(own.url).job(id)).status, { timeout: 200_000, interval: 100 })
      .toBe('succeeded')
    const text = await response.text()
    expect(text.match(/^event: step$/gm)).toHaveLength(200)
    expect(text.match(/^event: done$/gm)).toHaveLength(1)
    expect(text.match(/^event: preview$/gm)?.length ?? 0).toBeLessThan(199)
    await own.close({ drain: 0 })
  })
})
