import { setTimeout as sleep } from 'node:timers/promises'
import { NegError } from '@neg/core'
import { Retryable } from './hub-request'
import type { HubSettings } from './hub-settings'

/**
 * Repeats what fails for reasons that may pass, waiting twice as long each time. Attempts that brought something new
 * don't count.
 *
 * @param attempt answers, or throws; `advanced` is called when it got further than those before
 * @throws `download-failed` with the last reason
 */
export async function retry<T>(
  what: string,
  { attempts, delay }: HubSettings,
  signal: AbortSignal | undefined,
  attempt: (advanced: () => void) => Promise<T>,
): Promise<T> {
  let failures = 0
  for (;;) {
    signal?.throwIfAborted()
    try {
      return await attempt(() => {
        failures = 0
      })
    } catch (error) {
      if (!(error instanceof Retryable)) throw error
      failures++
      if (failures >= attempts) {
        throw new NegError(
          'download-failed',
          `${what} could not be downloaded: ${error.message}. It was tried ${attempts} times.`,
          {
            cause: error,
          },
        )
      }
      await sleep(error.wait ?? delay * 2 ** (failures - 1), undefined, { signal }).catch(() => undefined)
    }
  }
}
