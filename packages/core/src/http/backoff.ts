/** How failed requests are repeated. */
export interface RetryOptions {
  /** Repeats after the first try. Default 5. */
  readonly retries?: number
  /** Upper end of the first pause, in milliseconds; each further one doubles it. Default 250. */
  readonly firstPause?: number
  /** The longest pause that is drawn, in milliseconds. Default 10 000. */
  readonly longestPause?: number
  /** The longest `Retry-After` that is waited for, in milliseconds; beyond it the error is thrown. Default 120 000. */
  readonly longestRetryAfter?: number
}

/** "Full jitter" (Brooker 2015): uniform in [0, min(longestPause, firstPause 2^attempt)). */
export function backoff(
  attempt: number,
  { firstPause = 250, longestPause = 10_000 }: RetryOptions,
  random = Math.random,
): number {
  return random() * Math.min(longestPause, firstPause * 2 ** attempt)
}

/** Milliseconds that a `Retry-After` header asks for: seconds or a date (RFC 9110, 10.2.3). */
export function retryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
