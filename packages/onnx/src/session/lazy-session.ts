import type { CallOptions } from '@neg/core'
import type { Queue } from './queue'
import type { Session } from './session'
import type { Value } from './value'

/** A session that opens when it is first needed and then stays; every call goes through the queue. */
export interface LazySession {
  run(feeds: Readonly<Record<string, Value>>, options?: CallOptions): Promise<Readonly<Record<string, Value>>>
  /** Opens it now. */
  open(options?: CallOptions): Promise<void>
  /** While nothing runs. */
  release(): Promise<void>
}

export function lazySession(queue: Queue, create: () => Promise<Session>): LazySession {
  let session: Promise<Session> | undefined
  const opened = (): Promise<Session> => {
    if (!session) {
      session = create()
      session.catch(() => {
        session = undefined
      })
    }
    return session
  }
  return {
    run: (feeds, options) => queue(async () => (await opened()).run(feeds, options), options),
    open: async (options) => {
      await queue(opened, options)
    },
    async release() {
      const last = session
      session = undefined
      await last?.then((open) => open.release())
    },
  }
}
