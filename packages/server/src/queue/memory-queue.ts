import { randomUUID } from 'node:crypto'
import { NegError } from '@neg/core'
import type { JobStatus } from '@neg/remote/jobs'
import { isTerminal } from '@neg/remote/wire'
import { errorOf } from './error-of'
import { createJobLog, type JobLog } from './job-log'
import { idempotencyTime, type JobQueue, type NewJob, type RunJob, type Submission } from './job-queue'
import { type JobState, newState, noProgress, progressOf } from './job-state'
import type { QueueSnapshot, SnapshotStore } from './queue-snapshot'
import { rateLimiter } from './rate-limiter'
import { keyReuse, queueFull, stopping, tooManyJobs } from './refusals'
import { newJobBytes, snapshotRoom, stateBytes } from './snapshot-room'

export interface MemoryQueueOptions {
  readonly run: RunJob
  /** Jobs run at a time. */
  readonly concurrency: number
  /** How long ended jobs are kept, in milliseconds. */
  readonly keep: number
  /** Where jobs are written when the queue closes, and read when it opens. Without it they end with the process. */
  readonly store?: SnapshotStore
}

interface Entry {
  state: JobState
  readonly log: JobLog
  readonly order: number
  /** Gives up the room that is set aside for it. */
  settle(): void
  controller?: AbortController
}

/** A queue in this process, which runs the jobs itself. */
export async function memoryQueue({ run, concurrency, keep, store }: MemoryQueueOptions): Promise<JobQueue> {
  const entries = new Map<string, Entry>()
  const keys = new Map<string, { id: string; digest: string; until: number }>()
  const running = new Set<Promise<void>>()
  const rates = rateLimiter()
  const room = snapshotRoom(store)
  let waiting: Entry[] = []
  let orders = 0
  let closed: 'open' | 'draining' | 'closed' = 'open'

  const add = (state: JobState, log: JobLog, settle: () => void) => {
    const entry: Entry = { state, log, order: orders++, settle }
    entries.set(state.id, entry)
    return entry
  }
  const enqueue = (entry: Entry) => {
    const { priority } = entry.state.request
    const before = (other: Entry) =>
      other.state.request.priority > priority ||
      (other.state.request.priority === priority && other.order < entry.order)
    const at = waiting.findIndex((other) => !before(other))
    waiting.splice(at < 0 ? waiting.length : at, 0, entry)
  }
  const shown = (entry: Entry): JobState => {
    const position = entry.state.status === 'queued' ? waiting.indexOf(entry) : -1
    return { ...entry.state, queuePosition: position < 0 ? null : position }
  }
  const change = (entry: Entry, status: JobStatus, more: Partial<JobState> = {}) => {
    const ended = isTerminal(status)
    const at = Date.now()
    const ends = ended ? { finishedAt: at, expiresAt: at + keep } : {}
    entry.state = { ...entry.state, ...more, ...ends, status }
    if (ended) {
      entry.settle()
      entry.log.append({ type: 'done' })
    } else {
      const { attempt, queuePosition } = shown(entry)
      entry.log.append({ type: 'status', status, attempt, queue_position: queuePosition })
    }
  }

  const start = (entry: Entry) => {
    const controller = new AbortController()
    entry.controller = controller
    change(entry, 'running', { attempt: entry.state.attempt + 1, startedAt: Date.now(), progress: noProgress })
    const { id, principal, model, request, attempt } = entry.state
    const work = run(
      { id, principal, model, request, attempt },
      {
        signal: controller.signal,
        emit(event) {
          if (controller.signal.aborted) return
          if (event.type === 'step') entry.state = { ...entry.state, progress: progressOf(event) }
          entry.log.append(event)
        },
        preview: (event) => !controller.signal.aborted && entry.log.preview(event),
      },
    )
    const ended = work
      .then(
        (result) => change(entry, entry.state.status === 'canceling' ? 'canceled' : 'succeeded', { result }),
        (error) => {
          if (entry.state.status === 'canceling') change(entry, 'canceled', { error: canceled() })
          else if (closed === 'closed' && controller.signal.aborted) requeue(entry)
          else change(entry, 'failed', { error: errorOf(error) })
        },
      )
      .finally(() => {
        running.delete(ended)
        pump()
      })
    running.add(ended)
  }
  const requeue = (entry: Entry) => {
    if (store) change(entry, 'queued', { startedAt: null, progress: noProgress })
    else change(entry, 'failed', { error: errorOf(stopping()) })
  }
  const pump = () => {
    while (closed !== 'closed' && running.size < concurrency && waiting.length > 0) start(waiting.shift()!)
  }
  const active = (principal?: string) =>
    [...entries.values()].filter(
      ({ state }) => !isTerminal(state.status) && (principal === undefined || state.principal === principal),
    ).length

  const known = ({ principal, idempotency }: NewJob): Entry | undefined => {
    const found = idempotency && keys.get(`${principal}\n${idempotency.key}`)
    if (!found || found.until < Date.now()) return undefined
    if (found.digest !== idempotency.digest) throw keyReuse()
    return entries.get(found.id)
  }

  /** Takes a job in, if it is within the bounds. */
  const take = (job: NewJob, settle: () => void): Submission => {
    // Again: room was waited for meanwhile.
    const repeated = known(job)
    if (repeated) {
      settle()
      return { job: shown(repeated), created: false }
    }
    if (closed !== 'open') throw stopping()
    const { principal, model, request, idempotency, bounds } = job
    if (active() >= bounds.queue) throw queueFull(bounds.queue)
    if (bounds.concurrent !== undefined && active(principal) >= bounds.concurrent) throw tooManyJobs(bounds.concurrent)
    rates.take(principal, bounds.jobsPerMinute)
    const entry = add(newState(randomUUID(), principal, model, request), createJobLog(), settle)
    if (idempotency) {
      const until = Date.now() + idempotencyTime
      keys.set(`${principal}\n${idempotency.key}`, { id: entry.state.id, digest: idempotency.digest, until })
    }
    enqueue(entry)
    change(entry, 'queued')
    pump()
    return { job: shown(entry), created: true }
  }

  const restore = ({ jobs, keys: kept }: QueueSnapshot) => {
    for (const { state, log } of jobs) {
      const waits = state.status === 'queued'
      // Reserved with the next job that comes: what they left free by being read may not be there any more.
      const entry = add(state, createJobLog(log), room.hold(waits ? stateBytes(state) : 0))
      if (waits) enqueue(entry)
    }
    for (const [key, value] of kept) keys.set(key, value)
  }
  const snapshot = (): QueueSnapshot => ({
    jobs: [...entries.values()].map(({ state, log }) => ({ state, log: log.entries })),
    keys: [...keys],
  })
  /** The jobs that are yet to be drawn, without what was told of them. */
  const unfinished = (): QueueSnapshot => ({
    jobs: [...entries.values()]
      .filter(({ state }) => !isTerminal(state.status))
      .map(({ state }) => ({ state, log: [] })),
    keys: [...keys].filter(([, { id }]) => !isTerminal(entries.get(id)?.state.status ?? 'failed')),
  })

  const before = await store?.read()
  if (before) restore(before)
  pump()

  return {
    async submit(job): Promise<Submission> {
      const repeated = known(job)
      if (repeated) return { job: shown(repeated), created: false }
      if (closed !== 'open') throw stopping()
      const settle = await room.reserve(newJobBytes(job))
      try {
        return take(job, settle)
      } catch (error) {
        settle()
        throw error
      }
    },
    async get(id) {
      const entry = entries.get(id)
      return entry && shown(entry)
    },
    async list({ principal, status, cursor, limit }) {
      const found = [...entries.values()]
        .reverse()
        .filter(({ state }) => principal === undefined || state.principal === principal)
        .filter(({ state }) => status === undefined || state.status === status)
      const from = cursor === undefined ? 0 : found.findIndex(({ state }) => state.id === cursor) + 1
      const page = found.slice(from, from + limit)
      return {
        jobs: page.map(shown),
        next: from + limit < found.length ? page[page.length - 1].state.id : undefined,
      }
    },
    async cancel(id) {
      const entry = entries.get(id)
      if (!entry) return undefined
      if (entry.state.status === 'queued') {
        waiting = waiting.filter((other) => other !== entry)
        change(entry, 'canceled', { error: canceled() })
      } else if (entry.state.status === 'running') {
        change(entry, 'canceling')
        entry.controller?.abort(new NegError('job-canceled', 'The job was canceled.'))
      }
      return shown(entry)
    },
    async remove(id) {
      entries.delete(id)
      for (const [key, value] of keys) if (value.id === id) keys.delete(key)
    },
    async *follow(id, after, signal) {
      const entry = entries.get(id)
      if (entry) yield* entry.log.follow(after, signal)
    },
    placeOf: async (id, after) => entries.get(id)?.log.placeOf(after) ?? 'unknown',
    stats: async () => ({ waiting: waiting.length, running: running.size }),
    async ready() {
      if (closed !== 'open') throw stopping()
    },
    async sweep() {
      const now = Date.now()
      for (const [id, { state }] of entries) if (state.expiresAt !== null && state.expiresAt < now) entries.delete(id)
      for (const [key, { until }] of keys) if (until < now) keys.delete(key)
    },
    async close(drain) {
      if (closed !== 'open') return
      closed = 'draining'
      const end = Date.now() + drain
      while (running.size > 0 && Date.now() < end) await anyOrTime([...running], end - Date.now())
      closed = 'closed'
      for (const { state, controller } of entries.values()) if (!isTerminal(state.status)) controller?.abort(stopping())
      while (running.size > 0) await Promise.all(running)
      if (!store) for (const entry of waiting.splice(0)) requeue(entry)
      for (const { log } of entries.values()) log.close()
      await store?.write(snapshot(), unfinished())
    },
  }
}

const canceled = () => ({ code: 'job-canceled', message: 'The job was canceled.' })

/** Resolves with the first of some promises, or after `ms`; leaves no timer behind. */
async function anyOrTime(promises: readonly Promise<void>[], ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const time = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([...promises, time])
  clearTimeout(timer)
}
