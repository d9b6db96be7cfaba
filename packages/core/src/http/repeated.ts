import { backoff, type RetryOptions } from './backoff'
import { pause } from './pause'

/** What an attempt failed with, where another may succeed. */
export class Passing extends Error {
  constructor(
    /** What is thrown where it does not pass. */
    readonly error: Error,
    /** Milliseconds that the other side asks to wait. */
    readonly wait?: number,
  ) {
    super(error.message, { cause: error })
  }
}

/**
 * Repeats what fails with `Passing`, with pauses in between. Attempts that got further than those before don't count.
 *
 * @param attempt calls `advanced` when it got further
 * @throws the error of the last attempt; the signal's reason
 */
export async function repeated<T>(
  attempt: (advanced: () => void) => Promise<T>,
  { signal, ...options }: RetryOptions & { readonly signal?: AbortSignal },
): Promise<T> {
  const { retries = 5, longestRetryAfter = 120_000 } = options
  let failures = 0
  for (;;) {
    signal?.throwIfAborted()
    try {
      return await attempt(() => {
        failures = 0
      })
    } catch (failure) {
      if (!(failure instanceof Passing)) throw failure
      const { error, wait } = failure
      if (failures >= retries || (wait ?? 0) > longestRetryAfter) throw error
      await pause(wait ?? backoff(failures, options), signal)
      failures++
    }
  }
}
