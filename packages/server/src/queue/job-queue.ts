import type { JobRequest, JobResult, JobStatus, PreviewEvent } from '@neg/remote/jobs'
import type { JobState, KeptEvent, LogEntry } from './job-state'

/** A job to be queued: checked, its seed drawn, so that whoever runs it draws the same picture. */
export interface NewJob {
  readonly principal: string
  readonly model: string
  readonly request: JobRequest
  /** Of the caller: the same key and body within a day is the same job. */
  readonly idempotency?: { readonly key: string; readonly digest: string }
  /**
   * The most jobs that may wait or run: of all, and of this principal; and how many this principal may begin within a minute.
   * They hold across all processes that share the queue. Only a job that was taken counts.
   */
  readonly bounds: { readonly queue: number; readonly concurrent?: number; readonly jobsPerMinute?: number }
}

export interface Submission {
  readonly job: JobState
  /** False where the idempotency key named a job that was there. */
  readonly created: boolean
}

export interface JobPage {
  readonly jobs: readonly JobState[]
  readonly next: string | undefined
}

/**
 * `inside`: more may come after it (also where it was given up since); `end`: it is the last of a job that has ended;
 * `unknown`: the job never had such an event.
 */
export type EventPlace = 'inside' | 'end' | 'unknown'

/** How long idempotency keys are remembered, in milliseconds. */
export const idempotencyTime = 24 * 3600_000

/**
 * Where jobs wait, and the truth about them. A terminal status never changes; of each job there is one result, however often
 * it was begun.
 */
export interface JobQueue {
  /** @throws `queue-full`, `rate-limited` (too many of this principal, at a time or within a minute), `idempotency-key-reuse`, `queue-unavailable` */
  submit(job: NewJob): Promise<Submission>
  get(id: string): Promise<JobState | undefined>
  /** Newest first. */
  list(query: {
    readonly principal?: string
    readonly status?: JobStatus
    readonly cursor?: string
    readonly limit: number
  }): Promise<JobPage>
  /** A waiting job is canceled, a running one asked to stop; a terminal one stays as it is. */
  cancel(id: string): Promise<JobState | undefined>
  /** Forgets a job that has ended. */
  remove(id: string): Promise<void>
  /**
   * The events after one of the log, then those to come, to `done`. Previews that were overtaken are left out: the reader's
   * pace sets how many it sees. Ends early when the signal aborts or the queue closes.
   */
  follow(id: string, after: string | undefined, signal: AbortSignal): AsyncIterable<LogEntry>
  /** Where in a job's log the event of an id is. */
  placeOf(id: string, after: string): Promise<EventPlace>
  stats(): Promise<{ readonly waiting: number; readonly running: number }>
  /** @throws if it can't take jobs now. */
  ready(): Promise<void>
  /** Ends jobs that expired. Called from time to time by the server. */
  sweep(): Promise<void>
  /** Takes no more jobs; lets those it runs end for up to `drain` milliseconds, then keeps what is left for later. */
  close(drain: number): Promise<void>
}

/** A job in the hands of whoever runs it. */
export interface JobTask {
  readonly id: string
  readonly principal: string
  readonly model: string
  readonly request: JobRequest
  readonly attempt: number
}

/** What a run reports to its queue; the order is kept. */
export interface JobReporter {
  emit(event: KeptEvent): void
  /** Replaces the preview before it, unless somebody has seen that. */
  preview(event: PreviewEvent): void
  readonly signal: AbortSignal
}

export type RunJob = (task: JobTask, reporter: JobReporter) => Promise<JobResult>
