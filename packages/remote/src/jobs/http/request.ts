import { NegError } from '@neg/core'
import { type Fetch, HttpFailure, Passing, type RetryOptions, repeated, retryAfter, send } from '@neg/core/internal'
import { answerError } from './answer-error'

export interface RequestSettings extends RetryOptions {
  readonly fetch: Fetch
  /** Ends with a slash. */
  readonly base: URL
  readonly token: string | undefined
  /** For one answer's head, in milliseconds. */
  readonly timeout: number
}

export interface RequestOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  readonly signal?: AbortSignal
}

/** Answers after which the same request may succeed. */
const passing = new Set([429, 502, 503, 504])

/** An address of the server; the token goes nowhere else. @throws `remote-malformed` */
export function addressOf(path: string, base: URL): URL {
  const url = new URL(path.replace(/^\//, ''), base)
  if (URL.canParse(path) || path.startsWith('//') || url.origin !== base.origin) {
    throw new NegError(
      'remote-malformed',
      `The server at ${base.origin} sent an address elsewhere, which is not followed.`,
    )
  }
  return url
}

/**
 * One request to the server, repeated while that may help: when no answer came, and on 429, 502, 503 and 504. Pauses are
 * drawn with full jitter; `Retry-After` is kept to the letter. Redirects are not followed. Requests must be such that a
 * repeat does no harm.
 *
 * @throws the server's `NegError`; `remote-unreachable`, `remote-timeout`; the signal's reason
 */
export async function request(
  { fetch, base, token, timeout, ...retries }: RequestSettings,
  path: string,
  { method = 'GET', headers = {}, body, signal }: RequestOptions = {},
): Promise<Response> {
  const url = addressOf(path, base)
  const init: RequestInit = {
    method,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(body === undefined ? {} : { body: body as BodyInit }),
    redirect: 'error',
    credentials: 'omit',
    cache: 'no-store',
  }
  const attempt = async () => {
    // The time is for the head alone; the caller's signal still ends the body.
    const answer = await send(url, init, { fetch, timeout, signal }).catch((failure) => {
      throw failure instanceof HttpFailure ? new Passing(unanswered(failure, url, timeout)) : failure
    })
    if (answer.status < 400) return answer
    const error = await answerError(answer, url.origin)
    throw passing.has(answer.status) ? new Passing(error, retryAfter(answer.headers.get('retry-after'))) : error
  }
  return repeated(attempt, { ...retries, signal })
}

/** A request without a whole answer, as an error. */
export const unanswered = (cause: HttpFailure, { origin }: URL, timeout: number): NegError =>
  cause.kind === 'timeout'
    ? new NegError('remote-timeout', `The server at ${origin} did not answer within ${timeout / 1000} s.`, { cause })
    : new NegError(
        'remote-unreachable',
        `The server at ${origin} can't be reached: ${cause.message}. Is it running, and does it allow this page’s origin?`,
        { cause },
      )
