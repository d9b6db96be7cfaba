import { NegError } from '@neg/core'
import type { GraphNodes } from '../graph/graph-nodes'
import type { Weights } from '../graph/weight-widths'
import type { Session, SessionFactory, Signature } from '../session/session'
import type { Value } from '../session/value'
import { createCalls } from './calls'
import type { ConnectOptions } from './connect-model'
import type { HostedSession, HostedSessions } from './serve-sessions'

/** Sessions that another thread hosts. */
export interface ConnectedSessions extends SessionFactory {
  /** Releases every session and ends the thread. Idempotent. */
  dispose(): Promise<void>
}

/**
 * The caller's side of `serveSessions`: a model folder's networks, each run in a worker by sending its inputs and getting
 * its outputs. Weights stay there.
 */
export async function connectSessions<O>({ port, load, end, signal }: ConnectOptions<O>): Promise<ConnectedSessions> {
  const calls = createCalls(port)
  const { parts, numerics, patchable, told, opensGraphs } = (await calls
    .call('load', [load], { signal })
    .catch(async (error: unknown) => {
      await end()
      throw error
    })) as HostedSessions

  let disposed: Promise<void> | undefined
  const opened = ({ handle, inputs, outputs }: HostedSession): Session => {
    let released: Promise<void> | undefined
    return {
      inputs,
      outputs,
      run: (feeds, { outputs: wanted, signal } = {}) =>
        calls.call('run', [handle, feeds, wanted], { signal }) as Promise<Readonly<Record<string, Value>>>,
      release() {
        released ??= disposed ?? (calls.call('release', [handle]) as Promise<void>)
        return released
      },
    }
  }
  return {
    parts,
    numerics,
    digests: (part) => calls.call('digests', [part]) as ReturnType<SessionFactory['digests']>,
    ...(told ? { configs: () => calls.call('configs', []) as ReturnType<NonNullable<SessionFactory['configs']>> } : {}),
    signature: (part) => calls.call('signature', [part]) as Promise<Signature>,
    ...(patchable
      ? {
          nodes: (part) => calls.call('nodes', [part]) as Promise<GraphNodes>,
          weights: (part) => calls.call('weights', [part]) as Promise<Weights>,
        }
      : {}),
    ...(opensGraphs
      ? { openGraph: async (name, bytes) => opened((await calls.call('openGraph', [name, bytes])) as HostedSession) }
      : {}),
    open: async (part, patch) => opened((await calls.call('open', [part, patch])) as HostedSession),
    dispose() {
      disposed ??= (async () => {
        calls.end(new NegError('disposed', 'The sessions were disposed of.'))
        try {
          await calls.call('dispose', [])
        } finally {
          await end()
        }
      })()
      return disposed
    },
  }
}
