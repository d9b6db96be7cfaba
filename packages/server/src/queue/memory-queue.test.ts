import { NegError } from '@neg/core'
import type { JobRequest, JobResult } from '@neg/remote/jobs'
import { describe, expect, test } from 'vitest'
import { gate } from '../testing/toy-server.test-helper'
import type { JobReporter, JobTask, NewJob } from './job-queue'
import { type MemoryQueueOptions, memoryQueue } from './memory-queue'
import type { QueueSnapshot } from './queue-snapshot'

const result = { images: [], latents: null } as unknown as JobResult
const job = (more: Partial<NewJob> = {}, priority = 0): NewJob => ({
  principal: 'ada',
  model: 'toy',
  request: { priority } as JobRequest,
  bounds: { queue: 10 },
  ...more,
})

/** A queue whose jobs end when they are told to; `began` are their ids in the order in which they were begun. */
async function queueOf(options: Partial<MemoryQueueOptions> = {}) {
  const began: { task: JobTask; reporter: JobReporter; end(error?: unknown): void }[] = []
  const queue = await memoryQueue({
    run: (task, reporter) =>
      new Promise((resolve, reject) => {
        began.push({ task, reporter, end: (error) => (error === undefined ? resolve(result) : reject(error)) })
      }),
    concurrency: 1,
    keep: 60_000,
    ...options,
  })
  const add = async (more?: Partial<NewJob>, priority?: number) => (await queue.submit(job(more, priority))).job.id
  const statusOf = async (id: string) => (await queue.get(id))?.status
  const eventsOf = async (id: string) => {
    const all: string[] = []
    for await (const { event } of queue.follow(id, undefined, new AbortController().signal)) {
      all.push(event.type === 'status' ? event.status : event.type)
    }
    return all
  }
  return { queue, began, add, statusOf, eventsOf }
}

describe('a job', () => {
  test('that was canceled stays so, though its work comes to an end or fails with something else', async () => {
    for (const error of [undefined, new Error('too late')]) {
      const { queue, began, add, statusOf, eventsOf } = await queueOf()
      const id = await add()
      await queue.cancel(id)
      expect(await statusOf(id)).toBe('canceling')
      expect(began[0].reporter.signal.aborted).toBe(true)
      // What it still reports is nobody's.
      began[0].reporter.emit({ type: 'warning', code: 'late', message: '' })
      began[0].end(error)
      await expect.poll(() => statusOf(id)).toBe('canceled')
      if (error) expect((await queue.get(id))?.error?.code).toBe('job-canceled')
      expect(await eventsOf(id)).toEqual(['queued', 'running', 'canceling', 'done'])
    }
  })

  test('that ended stays as it ended', async () => {
    const { queue, began, add, statusOf } = await queueOf()
    const id = await add()
    began[0].end()
    await expect.poll(() => statusOf(id)).toBe('succeeded')
    expect((await queue.cancel(id))?.status).toBe('succeeded')
  })

  test('that waits is canceled at once and never begun', async () => {
    const { queue, began, add, statusOf } = await queueOf()
    const [first, second, third] = [await add(), await add(), await add()]
    expect(await queue.cancel(second)).toMatchObject({ status: 'canceled', error: { code: 'job-canceled' } })
    began[0].end()
    await expect.poll(() => statusOf(third)).toBe('running')
    expect(began.map(({ task }) => task.id)).toEqual([first, third])
  })

  test('that fails tells why', async () => {
    const { queue, began, add, statusOf } = await queueOf()
    const id = await add()
    began[0].end(new NegError('size-invalid', 'No such size.'))
    await expect.poll(() => statusOf(id)).toBe('failed')
    expect((await queue.get(id))?.error).toMatchObject({ code: 'size-invalid', message: 'No such size.' })
  })
})

test('jobs are begun by priority, then in their order, so many at a time', async () => {
  const { queue, began, add } = await queueOf({ concurrency: 2 })
  const ids = [
    await add({}, 0),
    await add({}, 0),
    await add({}, 0),
    await add({}, 5),
    await add({}, 0),
    await add({}, 5),
  ]
  expect(began.map(({ task }) => task.id)).toEqual(ids.slice(0, 2))
  expect((await queue.get(ids[4]))?.queuePosition).toBe(3)
  expect(await queue.stats()).toEqual({ waiting: 4, running: 2 })
  for (let i = 0; i < 4; i++) {
    began[i].end()
    await expect.poll(() => began.length).toBe(Math.min(3 + i, 6))
  }
  expect(began.map(({ task }) => ids.indexOf(task.id))).toEqual([0, 1, 3, 5, 2, 4])
})

test('bounds count what waits and runs, of all and of a principal', async () => {
  const { began, add, statusOf } = await queueOf()
  const bounds = { queue: 3, concurrent: 2 }
  const first = await add({ bounds })
  await add({ bounds })
  await expect(add({ bounds })).rejects.toMatchObject({ code: 'rate-limited' })
  await add({ bounds, principal: 'bob' })
  await expect(add({ bounds, principal: 'bob' })).rejects.toMatchObject({ code: 'queue-full' })
  began[0].end()
  await expect.poll(() => statusOf(first)).toBe('succeeded')
  await add({ bounds })
})

test('a key finds its job again: the same body only, the same principal only, until it is removed', async () => {
  const { queue, began } = await queueOf()
  const keyed = (digest: string, principal = 'ada') =>
    queue.submit(job({ principal, idempotency: { key: 'mine', digest } }))
  const first = await keyed('x')
  expect([first.created, (await keyed('x')).created]).toEqual([true, false])
  expect((await keyed('x')).job.id).toBe(first.job.id)
  await expect(keyed('y')).rejects.toMatchObject({ code: 'idempotency-key-reuse' })
  expect((await keyed('y', 'bob')).created).toBe(true)
  began[0].end()
  await expect.poll(async () => (await queue.get(first.job.id))?.status).toBe('succeeded')
  await queue.remove(first.job.id)
  expect((await keyed('y')).created).toBe(true)
})

test('lists are newest first, by principal and status, page by page', async () => {
  const { queue, add } = await queueOf()
  const ids: string[] = []
  for (const principal of ['ada', 'bob', 'ada', 'ada']) ids.push(await add({ principal }))
  const list = async (query: object) => {
    const { jobs, next } = await queue.list({ limit: 10, ...query })
    return [jobs.map(({ id }) => ids.indexOf(id)), next === undefined ? undefined : ids.indexOf(next)]
  }
  expect(await list({})).toEqual([[3, 2, 1, 0], undefined])
  expect(await list({ principal: 'ada', limit: 2 })).toEqual([[3, 2], 2])
  expect(await list({ principal: 'ada', limit: 2, cursor: ids[2] })).toEqual([[0], undefined])
  expect(await list({ limit: 4 })).toEqual([[3, 2, 1, 0], undefined])
  expect(await list({ status: 'running' })).toEqual([[0], undefined])
})

describe('closing', () => {
  const stored = () => {
    let kept: QueueSnapshot | undefined
    const store = { read: async () => kept, write: async (snapshot: QueueSnapshot) => void (kept = snapshot) }
    return { store, kept: () => kept }
  }

  test('lets what runs come to its end, and takes no more', async () => {
    const { queue, began, add, statusOf } = await queueOf()
    const [first, second] = [await add(), await add()]
    const closed = queue.close(10_000)
    await expect(queue.ready()).rejects.toMatchObject({ code: 'server-stopping' })
    await expect(add()).rejects.toMatchObject({ code: 'server-stopping' })
    began[0].end()
    await expect.poll(() => began.length).toBe(2)
    began[1].end()
    await closed
    expect([await statusOf(first), await statusOf(second)]).toEqual(['succeeded', 'succeeded'])
  })

  test('keeps what has no end yet for the next queue, which draws it', async () => {
    const { store, kept } = stored()
    const { opened, open } = gate()
    const aborted: string[] = []
    const run: MemoryQueueOptions['run'] = async ({ id }, { signal }) => {
      signal.addEventListener('abort', () => void aborted.push(id))
      await Promise.race([opened, new Promise((_, reject) => signal.addEventListener('abort', reject))])
      return result
    }
    const first = await queueOf({ store, run })
    const idempotency = { key: 'mine', digest: 'x' }
    const ids = [await first.add(), await first.add({ idempotency })]
    await first.queue.close(0)
    expect(aborted).toEqual([ids[0]])
    expect(kept()?.jobs.map(({ state }) => state.status)).toEqual(['queued', 'queued'])
    open()
    const second = await queueOf({ store, run })
    expect(await second.add({ idempotency })).toBe(ids[1])
    for (const id of ids) await expect.poll(() => second.statusOf(id)).toBe('succeeded')
    expect((await second.queue.get(ids[0]))?.attempt).toBe(2)
    expect(await second.eventsOf(ids[0])).toEqual(['queued', 'running', 'queued', 'running', 'done'])
  })

  test('fails it where there is nowhere to keep it', async () => {
    const run: MemoryQueueOptions['run'] = (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', reject))
    const { queue, add, statusOf } = await queueOf({ run })
    const ids = [await add(), await add()]
    await queue.close(0)
    expect([await statusOf(ids[0]), await statusOf(ids[1])]).toEqual(['failed', 'failed'])
  })
})

test('what expired is swept, and its key with it', async () => {
  const { queue, began, add, statusOf } = await queueOf({ keep: -1 })
  const [ended, waits] = [await add(), await add()]
  began[0].end()
  await expect.poll(() => statusOf(ended)).toBe('succeeded')
  await queue.sweep()
  expect([await statusOf(ended), await statusOf(waits)]).toEqual([undefined, 'running'])
})
