import { NegError } from '@neg/core'
import { HttpFailure, Passing, repeated } from '@neg/core/internal'
import type { HubSettings } from './hub-settings'

/**
 * Repeats what fails for reasons that may pass: no answer, silence, a server that is busy. Attempts that brought something new
 * don't count.
 *
 * @param attempt answers, or throws; `advanced` is called when it got further than those before
 * @throws `download-failed` with the last reason
 */
export function retry<T>(
  what: string,
  { attempts, delay }: HubSettings,
  signal: AbortSignal | undefined,
  attempt: (advanced: () => void) => Promise<T>,
): Promise<T> {
  const once = (advanced: () => void) =>
    attempt(advanced).catch((error) => {
      if (!(error instanceof HttpFailure || error instanceof Passing)) throw error
      const why = `${what} could not be downloaded: ${error.message}. It was tried ${attempts} times.`
      const wait = error instanceof Passing ? error.wait : undefined
      throw new Passing(new NegError('download-failed', why, { cause: error }), wait)
    })
  return repeated(once, { retries: attempts - 1, firstPause: delay, signal })
}
