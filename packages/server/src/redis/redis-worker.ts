import { NegError } from '@neg/core'
import { type Job as BullJob, WaitingError, Worker } from 'bullmq'
import { errorOf } from '../queue/error-of'
import type { RunJob } from '../queue/job-queue'
import { JobLost, stopping } from '../queue/refusals'
import { connectRedis } from './connect'
import { type JobStore, jobStore } from './job-store'
import { redisKeys } from './keys'
import { isPassing, persist } from './persist'

export interface RedisWorkerOptions {
  /** As of the queue. */
  readonly url: string
  readonly prefix?: string
  readonly keep?: number
  readonly run: RunJob
  /** Jobs run at a time: how many the device takes, not how many processors there are. Default 1. */
  readonly concurrency?: number
  /**
   * After how long without a sign of life a worker counts as lost and its job is begun elsewhere, in milliseconds.
   * Default 60 000; a process that stands still for longer loses its job.
   */
  readonly lockDuration?: number
  /** How often lost workers are looked for, in milliseconds. Default half of `lockDuration`. */
  readonly stalledInterval?: number
  /** Told of mistakes of the worker. Default nobody. */
  readonly onMistake?: (error: unknown) => void
}

export interface RedisWorker {
  /** Takes no more jobs; lets those it runs end for up to `drain` milliseconds (default 30 000), then gives them back. */
  close(options?: { readonly drain?: number }): Promise<void>
}

/** Takes jobs from Redis and runs them. */
export function redisWorker(options: RedisWorkerOptions): RedisWorker {
  const { url, prefix = 'neg', keep = 24 * 3600_000, run, concurrency = 1, lockDuration = 60_000, onMistake } = options
  const keys = redisKeys(prefix)
  const redis = connectRedis(url, 'wait')
  const listener = connectRedis(url, 'wait')
  const closed = new AbortController()
  const inner = jobStore(redis, keys, keep)
  /** Where Redis can't now, what a job has come to is told it later: the job is worth more than the wait. */
  const lasting = <T>(work: () => Promise<T>) => persist(work, { patience: 600_000, signal: closed.signal })
  const store: Pick<JobStore, 'begin' | 'emit' | 'finish' | 'preview' | 'requeue'> = {
    begin: (...args) => lasting(() => inner.begin(...args)),
    emit: (...args) => lasting(() => inner.emit(...args)),
    finish: (...args) => lasting(() => inner.finish(...args)),
    requeue: (...args) => lasting(() => inner.requeue(...args)),
    // The next one takes its place.
    preview: (...args) =>
      inner.preview(...args).catch((error) => {
        if (!isPassing(error)) throw error
      }),
  }
  const running = new Map<string, AbortController>()

  listener.on('message', (_channel: string, id: string) => running.get(id)?.abort(canceled()))
  listener.subscribe(keys.cancel).catch(() => {})

  const process = async (
    { id = '', moveToWait }: Pick<BullJob, 'id' | 'moveToWait'>,
    token?: string,
  ): Promise<void> => {
    const begun = await store.begin(id)
    if (begun.kind !== 'run') return
    const { attempt, data } = begun
    const controller = new AbortController()
    running.set(id, controller)
    const report = reporter(store, id, attempt, controller)
    try {
      const result = await run({ id, ...data, attempt }, report)
      await report.sent()
      await store.finish(id, attempt, 'succeeded', { result })
    } catch (error) {
      await report.sent()
      const { reason } = controller.signal
      if (reason instanceof JobLost) return
      if (NegError.isInstance(reason) && reason.code === 'server-stopping') {
        if ((await store.requeue(id, attempt)) === 'queued') {
          await moveToWait(token)
          throw new WaitingError()
        }
      }
      if (!controller.signal.aborted && !NegError.isInstance(error)) onMistake?.(error)
      // Of a job that is being canceled the store makes `canceled`, whatever else went wrong.
      await store.finish(id, attempt, 'failed', { error: errorOf(error) })
    } finally {
      running.delete(id)
    }
  }

  const dispatcher = connectRedis(url, 'wait')
  const worker = new Worker(
    keys.queue,
    (job, token) => process({ id: job.id, moveToWait: (token) => job.moveToWait(token) }, token),
    {
      connection: dispatcher,
      prefix: keys.bull,
      concurrency,
      lockDuration,
      stalledInterval: options.stalledInterval ?? lockDuration / 2,
      // Counted in the job itself, where giving a job back is no loss.
      maxStalledCount: 1000,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  )
  // That Redis is away or full for a while is no mistake: BullMQ asks again.
  worker.on('error', (error) => !isNetwork(error) && !isPassing(error) && onMistake?.(error))

  const close = async (drain: number) => {
    const timer = setTimeout(() => {
      for (const controller of running.values()) controller.abort(stopping())
      closed.abort()
    }, drain)
    try {
      await worker.close()
    } finally {
      clearTimeout(timer)
      // BullMQ leaves open what it was handed.
      dispatcher.disconnect()
      redis.disconnect()
      listener.disconnect()
    }
  }
  let closing: Promise<void> | undefined
  return { close: ({ drain = 30_000 } = {}) => (closing ??= close(drain)) }
}

const isNetwork = (error: Error & { code?: string }): boolean =>
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_)/.test(error.code ?? '') || error.message === 'Connection is closed.'

const canceled = () => new NegError('job-canceled', 'The job was canceled.')

/** Sends what a run tells, in order; learns from the answers whether the job is still wanted. */
function reporter(store: Pick<JobStore, 'emit' | 'preview'>, id: string, attempt: number, controller: AbortController) {
  const { signal } = controller
  let sending: Promise<unknown> = Promise.resolve()
  let [events, previews] = [0, 0]
  const send = (work: () => Promise<void>) => {
    sending = sending.then(work).catch((error) => controller.abort(error))
  }
  return {
    signal,
    emit(event: Parameters<JobStore['emit']>[3]) {
      if (signal.aborted) return
      const number = ++events
      send(async () => {
        const status = await store.emit(id, attempt, number, event)
        if (status === 'lost') controller.abort(new JobLost('another worker has the job'))
        else if (status === 'canceling') controller.abort(canceled())
      })
    },
    preview(event: Parameters<JobStore['preview']>[2]) {
      if (signal.aborted) return
      const number = ++previews
      send(() => store.preview(id, number, event))
    },
    sent: async () => {
      await sending
    },
  }
}
