import type { CallOptions } from '@neg/core'

/** Runs work one at a time, in the order of the calls. Work whose signal aborts while it waits is never started. */
export type Queue = <T>(work: () => Promise<T>, options?: CallOptions) => Promise<T>

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return (work, { signal } = {}) => {
    const turn = last.then(() => {
      signal?.throwIfAborted()
      return work()
    })
    last = turn.catch(() => undefined)
    return turn
  }
}
