import type {
  Job,
  JobError,
  JobEvent,
  JobProgress,
  JobRequest,
  JobResult,
  JobStatus,
  PreviewEvent,
} from '@neg/remote/jobs'
import { pathTo, routes } from '@neg/remote/wire'

/** A job as a queue keeps it; times in milliseconds since 1970. */
export interface JobState {
  readonly id: string
  /** Whose job it is. */
  readonly principal: string
  readonly model: string
  readonly request: JobRequest
  readonly status: JobStatus
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
  readonly expiresAt: number | null
  readonly attempt: number
  readonly progress: JobProgress
  readonly result: JobResult | null
  readonly error: JobError | null
  /** Jobs before it, where the queue knows. */
  readonly queuePosition: number | null
}

/** An event as a log keeps it: what `done` carries is read from the job itself. */
export type KeptEvent = Exclude<JobEvent, { type: 'done' | 'preview' }> | { readonly type: 'done' }

/** An event with its place in the log; previews have none. */
export type LogEntry =
  | { readonly id: string; readonly event: KeptEvent }
  | { readonly id: undefined; readonly event: PreviewEvent }

export const noProgress: JobProgress = { step: 0, steps: 0, call: 0, calls: 0, value: 0 }

const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** A job as the API tells it. */
export function jobView(state: JobState): Job {
  const { id } = state
  return {
    id,
    status: state.status,
    model: state.model,
    priority: state.request.priority,
    created_at: time(state.createdAt)!,
    started_at: time(state.startedAt),
    finished_at: time(state.finishedAt),
    expires_at: time(state.expiresAt),
    attempt: state.attempt,
    queue_position: state.queuePosition,
    progress: state.progress,
    result: state.result,
    error: state.error,
    urls: {
      self: pathTo(routes.job, { id }),
      events: pathTo(routes.jobEvents, { id }),
      cancel: pathTo(routes.jobCancel, { id }),
    },
  }
}

/** What a step's event says of a job's progress. */
export const progressOf = (event: Extract<KeptEvent, { type: 'step' }>): JobProgress => ({
  step: event.step + 1,
  steps: event.steps,
  call: event.call,
  calls: event.calls,
  value: event.calls > 0 ? event.call / event.calls : 0,
})

/** A job that has just been handed in. */
export const newState = (id: string, principal: string, model: string, request: JobState['request']): JobState => ({
  id,
  principal,
  model,
  request,
  status: 'queued',
  createdAt: Date.now(),
  startedAt: null,
  finishedAt: null,
  expiresAt: null,
  attempt: 0,
  progress: noProgress,
  result: null,
  error: null,
  queuePosition: null,
})
