import { NegError } from '@neg/core'

/** A refusal that goes away by waiting: the answer carries `Retry-After`. */
export class RetryLater extends NegError {
  /** Seconds. */
  readonly retryAfter: number
  constructor(
    code: 'queue-full' | 'rate-limited' | 'queue-unavailable' | 'server-stopping',
    message: string,
    retryAfter: number,
    cause?: unknown,
  ) {
    super(code, message, { cause })
    this.retryAfter = retryAfter
  }
}

export const queueFull = (bound: number) =>
  new RetryLater('queue-full', `The queue is full: ${bound} jobs wait or run. Try again later.`, 5)

export const tooManyJobs = (bound: number) =>
  new RetryLater(
    'rate-limited',
    `This token has ${bound} jobs waiting or running, its limit. Wait until one has ended.`,
    2,
  )

/** @param wait Milliseconds until the next may begin. */
export const tooFast = (bound: number, wait: number, what = 'jobs') => {
  const seconds = Math.max(1, Math.ceil(wait / 1000))
  return new RetryLater(
    'rate-limited',
    `This token may begin ${bound} ${what} a minute; the next in ${seconds} s.`,
    seconds,
  )
}

export const keyReuse = () =>
  new NegError(
    'idempotency-key-reuse',
    'This Idempotency-Key was used for another request. Use a new key for a new job, and the same only to repeat one.',
    { where: 'Idempotency-Key' },
  )

export const stopping = () =>
  new RetryLater('server-stopping', 'The server is stopping and takes no more jobs. Try again in a moment.', 5)

/** Why a run is given up whose job is no longer this worker's. */
export class JobLost extends Error {}
