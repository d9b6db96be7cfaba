import { NegError } from '@neg/core'
import { linkedAbort } from '@neg/core/internal'
import { answerError } from './answer-error'
import { backoff, type RetryOptions, retryAfter } from './backoff'
import { pause } from './pause'
import { whenRead } from './when-read'

export interface RequestSettings extends RetryOptions {
  readonly fetch: typeof globalThis.fetch
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
  settings: RequestSettings,
  path: string,
  options: RequestOptions = {},
): Promise<Response> {
  const url = addressOf(path, settings.base)
  const { retries = 5, longestRetryAfter = 120_000 } = settings
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted()
    const answer = await once(settings, url, options)
    if (answer instanceof Response && answer.status < 400) return answer
    const error = answer instanceof Response ? await answerError(answer, url.origin) : answer
    const asked = answer instanceof Response ? retryAfter(answer.headers.get('retry-after')) : undefined
    const hopeless = answer instanceof Response && !passing.has(answer.status)
    if (hopeless || attempt >= retries || (asked ?? 0) > longestRetryAfter) throw error
    await pause(asked ?? backoff(attempt, settings), options.signal)
  }
}

/** The answer, or why none came. @throws the signal's reason */
async function once(
  { fetch, token, timeout }: RequestSettings,
  url: URL,
  { method = 'GET', headers = {}, body, signal }: RequestOptions,
): Promise<Response | NegError> {
  const { controller, signal: either, unlink } = linkedAbort(signal)
  let late = false
  const timer = setTimeout(() => {
    late = true
    controller.abort()
  }, timeout)
  try {
    const response = await fetch(url, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: body as BodyInit }),
      signal: either,
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
    })
    // The time is for the head alone; the caller's signal still ends the body.
    return whenRead(response, unlink)
  } catch (cause) {
    unlink()
    signal?.throwIfAborted()
    if (late) {
      return new NegError('remote-timeout', `The server at ${url.origin} did not answer within ${timeout / 1000} s.`)
    }
    return new NegError(
      'remote-unreachable',
      `The server at ${url.origin} can't be reached: ${reason(cause)}. Is it running, and does it allow this page’s origin?`,
      { cause },
    )
  } finally {
    clearTimeout(timer)
  }
}

/** Node says "fetch failed" and keeps why below it. */
const reason = (error: unknown): string => {
  const below = (error as { cause?: unknown }).cause
  return below instanceof Error && below.message
    ? below.message
    : error instanceof Error
      ? error.message
      : String(error)
}
