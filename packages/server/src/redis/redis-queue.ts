import { createHash, randomUUID } from 'node:crypto'
import { NegError } from '@neg/core'
import { linkedAbort } from '@neg/core/internal'
import { isTerminal } from '@neg/remote/wire'
import { Queue } from 'bullmq'
import type { JobQueue } from '../queue/job-queue'
import type { JobState } from '../queue/job-state'
import { RetryLater, stopping } from '../queue/refusals'
import { connectRedis } from './connect'
import { followLog } from './follow-log'
import { jobStore } from './job-store'
import { redisKeys } from './keys'
import { placeInLog } from './place-in-log'
import { wakeHub } from './wake-hub'

export interface RedisQueueOptions {
  /** `redis://HOST:PORT`, `rediss://` with TLS. */
  readonly url: string
  /** Servers and workers with the same prefix share jobs. Default `neg`. */
  readonly prefix?: string
  /** How long ended jobs are kept, in milliseconds. Default 24 hours. */
  readonly keep?: number
}

/** BullMQ takes the lowest number first. */
export const bullPriority = (priority: number): number => 101 - priority

/** A job without word of it for this long is looked after, in milliseconds. */
const orphanTime = 60_000

/** A queue on Redis: jobs wait in BullMQ for workers on any machine; the truth about them is beside it. */
export function redisQueue({ url, prefix = 'neg', keep = 24 * 3600_000 }: RedisQueueOptions): JobQueue {
  const keys = redisKeys(prefix)
  const redis = connectRedis(url, 'ask')
  const listener = connectRedis(url, 'wait')
  const dispatcher = connectRedis(url, 'ask')
  const bull = new Queue(keys.queue, { connection: dispatcher, prefix: keys.bull })
  bull.on('error', () => {})
  const hub = wakeHub(listener)
  const store = jobStore(redis, keys, keep)
  const closed = new AbortController()

  /** What Redis does not answer becomes "not now". */
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (NegError.isInstance(error)) throw error
      throw new RetryLater('queue-unavailable', 'The queue can’t be reached. Try again in a moment.', 2, error)
    }
  }
  /** Adding a job that is there already changes nothing. */
  const dispatch = (id: string, priority: number) =>
    bull.add('draw', {}, { jobId: id, priority: bullPriority(priority), removeOnComplete: true, removeOnFail: true })
  const shown = async (job: JobState): Promise<JobState> => {
    if (job.status !== 'queued') return job
    return { ...job, queuePosition: await redis.zrank(bull.toKey('prioritized'), job.id) }
  }

  return {
    submit: (job) =>
      asked(async () => {
        if (closed.signal.aborted) throw stopping()
        const key = `${job.idempotency?.key ?? ''}`
        const digest = createHash('sha256').update(key).digest('hex')
        const { id, created } = await store.submit(randomUUID(), job, digest)
        const state = await store.get(id)
        if (!state) throw new NegError('job-missing', 'The job was deleted while it was handed in.')
        // Also where it was known: a server that died between the two steps left it undispatched.
        if (state.status === 'queued') await dispatch(id, state.request.priority)
        return { job: await shown(state), created }
      }),
    get: (id) =>
      asked(async () => {
        const state = await store.get(id)
        return state && shown(state)
      }),
    list: ({ principal, status, cursor, limit }) =>
      asked(async () => {
        const index = principal === undefined ? keys.all : keys.ofPrincipal(principal)
        const rank = cursor === undefined ? null : ((await redis.zrevrank(index, cursor)) as number | null)
        const jobs: JobState[] = []
        let at = rank === null ? 0 : rank + 1
        for (;;) {
          const ids = await redis.zrevrange(index, at, at + limit)
          for (const id of ids) {
            if (jobs.length === limit) return { jobs, next: jobs[limit - 1].id }
            at++
            const state = await store.get(id)
            if (state && (status === undefined || state.status === status)) jobs.push(await shown(state))
          }
          if (ids.length <= limit) return { jobs, next: undefined }
        }
      }),
    cancel: (id) =>
      asked(async () => {
        const status = await store.cancel(id)
        if (status === 'canceled') await bull.remove(id).catch(() => {})
        return store.get(id)
      }),
    remove: (id) =>
      asked(async () => {
        const job = await store.get(id)
        if (job) await store.remove(job)
      }),
    async *follow(id, after, signal) {
      const either = linkedAbort(signal, closed.signal)
      try {
        yield* followLog(redis, hub, keys, id, after, either.signal)
      } finally {
        either.unlink()
      }
    },
    placeOf: (id, after) => asked(() => placeInLog(redis, keys, id, after)),
    stats: () =>
      asked(async () => {
        const { prioritized = 0, waiting = 0, active = 0 } = await bull.getJobCounts('prioritized', 'waiting', 'active')
        return { waiting: prioritized + waiting, running: active }
      }),
    ready: () =>
      asked(async () => {
        if (closed.signal.aborted) throw stopping()
        await redis.ping()
      }),
    async sweep() {
      for (const id of await redis.smembers(keys.active)) await lookAfter(id)
      for (const id of await redis.zrange(keys.all, 0, '200')) {
        if (!(await redis.exists(keys.job(id)))) await redis.zrem(keys.all, id)
      }
    },
    async close() {
      closed.abort()
      await bull.close()
      // BullMQ leaves open what it was handed.
      dispatcher.disconnect()
      redis.disconnect()
      listener.disconnect()
    },
  }

  /** A job that BullMQ has no more and that has not ended: whoever was to tell of it died in between. */
  async function lookAfter(id: string): Promise<void> {
    const job = await store.get(id)
    if (!job) {
      await redis.srem(keys.active, id)
      return
    }
    if (isTerminal(job.status) || Date.now() - Math.max(job.createdAt, job.startedAt ?? 0) < orphanTime) return
    const state = await bull.getJobState(id)
    if (state !== 'unknown' && state !== 'completed' && state !== 'failed') return
    if (job.status === 'canceling') {
      await store.finish(id, undefined, 'canceled', {})
      return
    }
    await bull.remove(id).catch(() => {})
    // Whoever takes it counts the worker that it was lost with.
    await dispatch(id, job.request.priority)
  }
}
