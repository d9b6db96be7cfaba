import { NegError } from '@neg/core'
import type { GraphPatch } from '../graph/graph-patch'
import type { Session, SessionFactory } from '../session/session'
import type { Value } from '../session/value'
import { answerCalls } from './answer-calls'
import type { Port } from './port'

/** What a caller is told of sessions that a worker hosts. */
export type HostedSessions = Pick<SessionFactory, 'parts' | 'numerics'> & {
  readonly patchable: boolean
  /** It knows the digests of the folder's configs. */
  readonly told: boolean
  readonly opensGraphs: boolean
}

/** A session that stays in the worker. */
export type HostedSession = Pick<Session, 'inputs' | 'outputs'> & { readonly handle: number }

/**
 * The worker's side: opens networks when the caller asks, and runs them.
 *
 * @param load makes the sessions from the options that the caller gave `connectSessions`
 */
export function serveSessions<O>(port: Port, load: (options: O) => Promise<SessionFactory>): void {
  let factory: SessionFactory | undefined
  let handles = 0
  const sessions = new Map<number, Session>()

  const loaded = (): SessionFactory => {
    if (factory) return factory
    throw new NegError('disposed', 'No sessions are loaded.')
  }

  const host = (session: Session): HostedSession => {
    sessions.set(++handles, session)
    const { inputs, outputs } = session
    return { handle: handles, inputs, outputs }
  }

  answerCalls(port, {
    async call(method, args, signal) {
      // The caller's side of this package wrote these arguments.
      const [first, second, third] = args as [never, never, never]
      switch (method) {
        case 'load': {
          factory = await load(first as O)
          const { parts, numerics } = factory
          return {
            parts,
            numerics,
            patchable: factory.nodes !== undefined,
            told: factory.configs !== undefined,
            opensGraphs: factory.openGraph !== undefined,
          } satisfies HostedSessions
        }
        case 'digests':
          return loaded().digests(first)
        case 'configs':
          return loaded().configs?.()
        case 'signature':
          return loaded().signature(first)
        case 'nodes':
          return loaded().nodes?.(first)
        case 'weights':
          return loaded().weights?.(first)
        case 'open': {
          return host(await loaded().open(first, second as GraphPatch | undefined))
        }
        case 'openGraph': {
          const session = await loaded().openGraph?.(first, second)
          if (!session) throw new NegError('internal', 'These sessions open no graphs of their own.')
          return host(session)
        }
        case 'run': {
          const session = sessions.get(first)
          if (!session) throw new NegError('internal', 'A session was run after it was released.')
          signal.throwIfAborted()
          return session.run(second as Record<string, Value>, { outputs: third, signal })
        }
        case 'release': {
          const session = sessions.get(first)
          sessions.delete(first)
          return session?.release()
        }
        case 'dispose': {
          const open = [...sessions.values()]
          sessions.clear()
          factory = undefined
          await Promise.all(open.map((session) => session.release()))
          return undefined
        }
        default:
          throw new NegError('internal', `There is no '${method}'.`)
      }
    },
    transfer: (method) => method === 'run',
    release: () => undefined,
  })
}
