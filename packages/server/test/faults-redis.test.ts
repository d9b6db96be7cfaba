import type { ChildProcess } from 'node:child_process'
import { generate, negServer } from '@neg/remote/jobs'
import { type NegServer, startServer } from '@neg/server'
import { redisBlobs, redisQueue } from '@neg/server/redis'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectWhole, pirate } from './pirate'
import { startRedis } from './redis'
import { toyModel } from './toy-model.mjs'
import { end, forkWorker } from './workers'

let redis: Awaited<ReturnType<typeof startRedis>>
const closing: (() => Promise<void>)[] = []

/** A server and its workers, apart from all others on the same Redis. */
async function lane(prefix: string, options: Record<string, unknown> = {}) {
  const blobs = redisBlobs({ url: redis.url, prefix })
  const server: NegServer = await startServer({
    models: toyModel(),
    queue: redisQueue({ url: redis.url, prefix }),
    blobs,
  })
  const workers: ChildProcess[] = []
  const add = async (more: Record<string, unknown> = {}) => {
    const child = await forkWorker({ url: redis.url, prefix, ms: 10, ...options, ...more })
    workers.push(child)
    return child
  }
  closing.push(async () => {
    await Promise.all(workers.map((child) => end(child, 'SIGKILL')))
    await server.close({ drain: 0 })
    blobs.close()
  })
  const client = negServer({ url: server.url, firstPause: 50, retries: 10 })
  return { client, server, workers, add }
}

/** A small generator with a fixed seed: moments that are random, and the same in every run. */
function moments(seed: number) {
  let state = seed
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
}

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  for (const close of closing) await close()
  await redis.end()
})

describe('a worker that is killed', () => {
  const runs = 50
  const lanes = 5
  test(`at a random moment of each of ${runs} runs: every job has one result, the same as ever`, async () => {
    const one = async (number: number) => {
      const { client, server, workers, add } = await lane(`kill-${number}`)
      const random = moments(number)
      await Promise.all([add(), add()])
      for (let run = number; run < runs; run += lanes) {
        const drawing = generate(client, pirate)
        const id = await drawing.id
        const whole = expectWhole(drawing)
        await new Promise((resolve) => setTimeout(resolve, 220 * random()))
        const [victim] = workers.splice(Math.floor(random() * workers.length), 1)
        await Promise.all([end(victim, 'SIGKILL'), add()])
        await whole
        const log = await (await fetch(`${server.url}/v1/jobs/${id}/events`)).text()
        expect(log.match(/^event: done$/gm)).toHaveLength(1)
        expect((await client.job(id)).attempt).toBeLessThanOrEqual(2)
      }
      expect((await server.context.queue.stats()).waiting).toBe(0)
    }
    await Promise.all(Array.from({ length: lanes }, (_, number) => one(number)))
  }, 600_000)

  test('twice by the same job is not given it a third time', async () => {
    const { client, workers, add } = await lane('twice', { ms: 200 })
    await add()
    const drawing = generate(client, pirate)
    const id = await drawing.id
    for (const attempt of [1, 2]) {
      await expect.poll(async () => (await client.job(id)).attempt, { timeout: 30_000, interval: 50 }).toBe(attempt)
      const [victim] = workers.splice(0, 1)
      await end(victim, 'SIGKILL')
      await add()
    }
    await expect(drawing.result).rejects.toMatchObject({ code: 'worker-lost' })
    expect(await client.job(id)).toMatchObject({ status: 'failed', attempt: 2, result: null })
  })
})

describe('Redis that is restarted', () => {
  test('in the middle of a job loses nothing of it', async () => {
    const { client, add } = await lane('restart', { ms: 100, lockDuration: 10_000 })
    await add()
    const drawing = generate(client, pirate)
    await drawing.id
    const whole = expectWhole(drawing)
    await expect.poll(async () => (await client.job(await drawing.id)).progress.call).toBeGreaterThan(1)
    await redis.stop()
    await redis.start()
    await whole
  })

  test('while it is away, jobs are answered with 503 and when to try again', async () => {
    const { client, server, add } = await lane('away')
    await redis.stop()
    const ready = await fetch(`${server.url}/readyz`)
    expect(ready.status).toBe(503)
    expect(ready.headers.get('retry-after')).toBe('2')
    expect((await ready.json()).error.code).toBe('queue-unavailable')
    const drawing = generate(client, pirate)
    await redis.start()
    await add()
    await expectWhole(drawing)
  })
})

describe('Redis that is out of memory for some seconds', () => {
  const config = async (client: Redis, value: string) => client.call('CONFIG', 'SET', 'maxmemory', value)

  test('fails no job whose worker lives: not at its begin, nor in its middle, nor at its end', async () => {
    const raw = new Redis(redis.url)
    const prefix = 'full'
    const { client, add, server } = await lane(prefix, { ms: 60, lockDuration: 30_000 })
    const full = async (ms: number) => {
      await config(raw, '1')
      const refused = await fetch(`${server.url}/v1/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(pirate),
      })
      expect([refused.status, (await refused.json()).error.code]).toEqual([503, 'queue-unavailable'])
      await new Promise((resolve) => setTimeout(resolve, ms))
      await config(raw, '0')
    }
    try {
      // Before any worker: the first that comes finds a job that it can't begin.
      const first = generate(client, pirate)
      await first.id
      const begun = full(4000)
      await add()
      await begun
      await expectWhole(first)

      for (const at of [2, 9]) {
        const drawing = generate(client, pirate)
        const id = await drawing.id
        const whole = expectWhole(drawing)
        await expect.poll(async () => (await client.job(id)).progress.call, { interval: 10 }).toBeGreaterThanOrEqual(at)
        await full(4000)
        await whole
        expect(await client.job(id)).toMatchObject({ status: 'succeeded', attempt: 1 })
      }
    } finally {
      await config(raw, '0')
      raw.disconnect()
    }
  })

  test('leaves no orphan: a job that nobody has goes back into the queue', async () => {
    const raw = new Redis(redis.url)
    const prefix = 'orphan'
    const { client, add, server } = await lane(prefix)
    const long = String(Date.now() - 120_000)
    const orphan = async (status: string) => {
      const { id } = await client.submit({ recipe: pirate })
      const bull = new Queue('jobs', { connection: raw, prefix: `{${prefix}}:bull` })
      await bull.remove(id)
      await raw.hset(`{${prefix}}:job:${id}`, { status, attempt: 1, startedAt: long, createdAt: long })
      return id
    }
    const [running, queued, canceling] = [await orphan('running'), await orphan('queued'), await orphan('canceling')]
    await server.context.queue.sweep()
    expect((await client.job(canceling)).status).toBe('canceled')
    await add()
    for (const id of [running, queued]) {
      await expect.poll(async () => (await client.job(id)).status, { timeout: 20_000 }).toBe('succeeded')
      expect((await client.job(id)).attempt).toBe(2)
    }
    raw.disconnect()
  })
})

describe('blobs in Redis', () => {
  test('are told by size and deleted one by one or by folder', async () => {
    const blobs = redisBlobs({ url: redis.url, prefix: 'blobs' })
    for (const [key, size] of [
      ['assets/a/1', 5],
      ['assets/a/2', 7],
      ['assets/b/1', 9],
    ] as const) {
      await blobs.put(key, { bytes: new Uint8Array(size), type: 'image/png' })
    }
    expect(await blobs.sizes('assets/a/')).toEqual(
      new Map([
        ['assets/a/1', 5],
        ['assets/a/2', 7],
      ]),
    )
    await blobs.deleteBelow('assets/a/1')
    expect([await blobs.get('assets/a/1'), (await blobs.get('assets/a/2'))?.bytes.length]).toEqual([undefined, 7])
    await blobs.deleteBelow('assets/a/')
    expect([await blobs.get('assets/a/2'), [...(await blobs.sizes('assets/a/'))]]).toEqual([undefined, []])
    expect((await blobs.get('assets/b/1'))?.bytes.length).toBe(9)
    blobs.close()
  })

  test('that have expired take no room', async () => {
    const blobs = redisBlobs({ url: redis.url, prefix: 'short', keep: 60 })
    await blobs.put('assets/a/1', { bytes: new Uint8Array(5), type: 'image/png' })
    await expect.poll(async () => (await blobs.sizes('assets/a/')).size).toBe(0)
    blobs.close()
  })
})

describe('a job that is canceled', () => {
  test('at every step, across processes, stops in the worker and ends as canceled', async () => {
    const { client, add } = await lane('cancel', { ms: 120 })
    await add()
    // The last step is left out: it can be over before a cancel crosses two processes.
    for (let at = 0; at < 9; at++) {
      const drawing = generate(client, pirate)
      const id = await drawing.id
      const stop = new Error('stop here')
      if (at === 0) drawing.abort(stop)
      else {
        for await (const event of drawing) {
          if (event.type === 'step-end' && event.call === at) break
        }
      }
      await expect(drawing.result).rejects.toBeDefined()
      await expect.poll(async () => (await client.job(id)).status, { timeout: 10_000, interval: 20 }).toBe('canceled')
      expect((await client.job(id)).progress.call).toBeLessThan(10)
    }
    await expectWhole(generate(client, pirate))
  })
})

describe('a worker that is told to stop (SIGTERM)', () => {
  test('ends its job first', async () => {
    const { client, add } = await lane('drain', { ms: 30 })
    const worker = await add()
    const drawing = generate(client, pirate)
    const whole = expectWhole(drawing)
    await expect.poll(async () => (await client.job(await drawing.id)).status).toBe('running')
    expect(await end(worker, 'SIGTERM')).toBe(0)
    expect(await client.job(await drawing.id)).toMatchObject({ status: 'succeeded', attempt: 1 })
    await whole
  })

  test('gives it back when there is no time, and another draws it', async () => {
    const { client, add } = await lane('give-back', { ms: 50, lockDuration: 60_000 })
    const worker = await add({ drain: 0 })
    const drawing = generate(client, pirate)
    const whole = expectWhole(drawing)
    await expect.poll(async () => (await client.job(await drawing.id)).progress.call).toBeGreaterThan(1)
    expect(await end(worker, 'SIGTERM')).toBe(0)
    expect((await client.job(await drawing.id)).status).toBe('queued')
    await add()
    await whole
    expect(await client.job(await drawing.id)).toMatchObject({ status: 'succeeded', attempt: 2 })
  })
})
