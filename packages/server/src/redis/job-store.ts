import { NegError } from '@neg/core'
import type { JobError, JobResult, JobStatus, PreviewEvent } from '@neg/remote/jobs'
import type { Redis } from 'ioredis'
import { idempotencyTime, type NewJob } from '../queue/job-queue'
import { type JobState, type KeptEvent, noProgress, progressOf } from '../queue/job-state'
import { keyReuse, queueFull, tooFast, tooManyJobs } from '../queue/refusals'
import type { RedisKeys } from './keys'
import { scripts } from './scripts'

/** What a job is from the first moment on. */
export type JobData = Pick<JobState, 'principal' | 'model' | 'request'>

export type Begun =
  | { readonly kind: 'run'; readonly attempt: number; readonly data: JobData }
  | { readonly kind: 'ended' | 'gone' }

/** How long a job that nobody ends is remembered, in milliseconds: a week. */
const unfinishedTime = 7 * 24 * 3600_000

/** A worker may be lost once; a job that kills two is not begun a third time. */
const mostLost = 1

const canceled: JobError = { code: 'job-canceled', message: 'The job was canceled.' }
const lost: JobError = {
  code: 'worker-lost',
  message: 'Two workers were lost while they ran this job: it ends their process. Their logs may say why.',
}

/** The truth about jobs, in Redis. */
export interface JobStore {
  submit(id: string, job: NewJob, keyDigest: string): Promise<{ id: string; created: boolean }>
  get(id: string): Promise<JobState | undefined>
  begin(id: string): Promise<Begun>
  /** @param number Counts the attempt's events, from 1. `lost`: the job is no longer this attempt's. */
  emit(id: string, attempt: number, number: number, event: KeptEvent): Promise<JobStatus | 'lost'>
  preview(id: string, number: number, event: PreviewEvent): Promise<void>
  finish(
    id: string,
    attempt: number | undefined,
    status: JobStatus,
    outcome: { result?: JobResult; error?: JobError },
  ): Promise<JobStatus | 'lost'>
  requeue(id: string, attempt: number): Promise<'queued' | 'lost'>
  cancel(id: string): Promise<JobStatus | 'gone'>
  remove(job: JobState): Promise<void>
}

export function jobStore(redis: Redis, keys: RedisKeys, keep: number): JobStore {
  const run = (script: keyof typeof scripts, names: string[], args: (string | number)[]) =>
    redis.eval(scripts[script], names.length, ...names, ...args)
  /** A script needs the principal's keys, which the job itself knows. */
  const dataOf = async (id: string): Promise<JobData | undefined> => {
    const data = await redis.hget(keys.job(id), 'data')
    return data ? JSON.parse(data) : undefined
  }
  const places = (id: string, principal: string) => [
    keys.job(id),
    keys.events(id),
    keys.active,
    keys.activeOf(principal),
  ]

  return {
    async submit(id, { principal, model, request, idempotency, bounds }, keyDigest) {
      const data: JobData = { principal, model, request }
      const names = [
        keys.idempotency(principal, keyDigest),
        keys.active,
        keys.activeOf(principal),
        keys.job(id),
        keys.events(id),
        keys.all,
        keys.ofPrincipal(principal),
        keys.rateOf(principal),
      ]
      const { queue, concurrent = -1, jobsPerMinute = -1 } = bounds
      const args = [id, idempotency?.digest ?? '', queue, concurrent, JSON.stringify(data), Date.now()]
      const [outcome, said] = (await run('submit', names, [
        ...args,
        idempotencyTime,
        unfinishedTime,
        keys.job(''),
        jobsPerMinute,
      ])) as string[]
      if (outcome === 'reuse') throw keyReuse()
      if (outcome === 'full') throw queueFull(queue)
      if (outcome === 'many') throw tooManyJobs(concurrent)
      if (outcome === 'fast') throw tooFast(jobsPerMinute, Number(said))
      return { id: said, created: outcome === 'created' }
    },
    async get(id) {
      const fields = await redis.hgetall(keys.job(id))
      return fields.data ? stateOf(id, fields) : undefined
    },
    async begin(id) {
      const data = await dataOf(id)
      if (!data) return { kind: 'gone' }
      const args = [id, Date.now(), keys.wake(id), keep, mostLost, JSON.stringify(lost), JSON.stringify(canceled)]
      const [kind, attempt] = (await run('begin', places(id, data.principal), args)) as [string, number]
      return kind === 'run' ? { kind, attempt, data } : { kind: kind as 'ended' | 'gone' }
    },
    async emit(id, attempt, number, event) {
      const progress = event.type === 'step' ? JSON.stringify(progressOf(event)) : ''
      const names = [keys.job(id), keys.events(id)]
      const args = [attempt, JSON.stringify(event), progress, keys.wake(id), number]
      return (await run('emit', names, args)) as JobStatus | 'lost'
    },
    async preview(id, number, event) {
      await redis.set(keys.preview(id), JSON.stringify({ number, event }), 'EX', 3600)
      await redis.publish(keys.wake(id), 'preview')
    },
    async finish(id, attempt, status, { result, error }) {
      const data = await dataOf(id)
      if (!data) return 'lost'
      const text = (value: unknown) => (value === undefined ? '' : JSON.stringify(value))
      const args = [id, attempt ?? '', status, text(result), text(error), Date.now(), keep, keys.wake(id)]
      const names = places(id, data.principal)
      return (await run('finish', names, [...args, JSON.stringify(canceled)])) as JobStatus | 'lost'
    },
    async requeue(id, attempt) {
      return (await run('requeue', [keys.job(id), keys.events(id)], [attempt, keys.wake(id)])) as 'queued' | 'lost'
    },
    async cancel(id) {
      const data = await dataOf(id)
      if (!data) return 'gone'
      const args = [id, Date.now(), keep, keys.wake(id), keys.cancel, JSON.stringify(canceled)]
      return (await run('cancel', places(id, data.principal), args)) as JobStatus | 'gone'
    },
    async remove({ id, principal }) {
      await redis
        .multi()
        .del(keys.job(id), keys.events(id), keys.preview(id))
        .zrem(keys.all, id)
        .zrem(keys.ofPrincipal(principal), id)
        .srem(keys.active, id)
        .srem(keys.activeOf(principal), id)
        .exec()
    },
  }
}

function stateOf(id: string, fields: Record<string, string>): JobState {
  const number = (text: string | undefined) => (text === undefined ? null : Number(text))
  const json = (text: string | undefined) => (text === undefined ? null : JSON.parse(text))
  const data: JobData | null = json(fields.data)
  if (!data) throw new NegError('internal', `The job ${id} has no data.`)
  return {
    id,
    ...data,
    status: fields.status as JobStatus,
    createdAt: Number(fields.createdAt),
    startedAt: number(fields.startedAt),
    finishedAt: number(fields.finishedAt),
    expiresAt: number(fields.expiresAt),
    attempt: Number(fields.attempt),
    progress: json(fields.progress) ?? noProgress,
    result: json(fields.result),
    error: json(fields.error),
    queuePosition: null,
  }
}
