import { type CallOptions, NegError } from '@neg/core'
import { fromCrossed } from './crossed-error'
import type { Response } from './messages'
import type { Port } from './port'

interface Pending {
  tell?(value: unknown): void
  resolve(value: unknown): void
  reject(reason: unknown): void
}

/** For a call that tells something before its answer. */
export interface Listening {
  tell(value: unknown): void
  /** Resolves when what is told is wanted at once; until then it may come with the answer. */
  readonly watched: Promise<void>
}

/** Requests over a port and their answers. */
export interface Calls {
  /**
   * Aborting rejects at once; the call ends in the background, and `drop` gets what it would have given.
   * @throws what the other side threw; `disposed`, `worker-lost`
   */
  call(
    method: string,
    args: readonly unknown[],
    options?: CallOptions,
    drop?: (value: unknown) => void,
    listening?: Listening,
  ): Promise<unknown>
  /** How many calls have no answer yet, aborted ones included. */
  waiting(): number
  /** A message that wants no answer. */
  release(handle: number): void
  /** Rejects everything that waits, and everything from now on but the calls of `dispose`. */
  end(reason: NegError): void
}

export function createCalls(port: Port): Calls {
  let ids = 0
  let ended: NegError | undefined
  let lost = false
  const pending = new Map<number, Pending>()

  const hold = () => port.hold?.(pending.size > 0)
  const rejectAll = (reason: unknown) => {
    for (const { reject } of pending.values()) reject(reason)
    pending.clear()
    hold()
  }

  port.listen(
    (data) => {
      const response = data as Response
      const waiting = pending.get(response.id)
      for (const value of response.told) waiting?.tell?.(value)
      if (response.kind === 'told') return
      pending.delete(response.id)
      hold()
      if (response.kind === 'result') waiting?.resolve(response.value)
      else waiting?.reject(fromCrossed(response.error))
    },
    (reason) => {
      lost = true
      ended ??= new NegError(
        'worker-lost',
        `The worker that hosts the model is gone: ${reason.message}. Its model has to be loaded again.`,
        { cause: reason },
      )
      rejectAll(ended)
    },
  )

  return {
    call: (method, args, { signal } = {}, drop, listening) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        if (lost && method === 'dispose') return resolve(undefined)
        if (ended && method !== 'dispose') throw ended
        const id = ++ids
        const onAbort = () => {
          port.post({ kind: 'abort', id })
          pending.set(id, { resolve: (value) => drop?.(value), reject: () => undefined })
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        const settled = () => signal?.removeEventListener('abort', onAbort)
        pending.set(id, {
          tell: listening?.tell,
          resolve(value) {
            settled()
            resolve(value)
          },
          reject(reason) {
            settled()
            reject(reason)
          },
        })
        try {
          port.post({ kind: 'call', id, method, args })
        } catch (error) {
          // What can't be cloned never left.
          pending.delete(id)
          settled()
          throw error
        }
        hold()
        void listening?.watched.then(() => {
          if (pending.has(id)) port.post({ kind: 'watch', id })
        })
      }),
    waiting: () => pending.size,
    release(handle) {
      if (!ended) port.post({ kind: 'release', handle })
    },
    end(reason) {
      ended ??= reason
      rejectAll(ended)
    },
  }
}
