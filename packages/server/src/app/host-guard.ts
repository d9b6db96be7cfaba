import { isIP } from 'node:net'
import { NegError } from '@neg/core'
import type { MiddlewareHandler } from 'hono'
import type { Variables } from './route-group'

/** `[::1]:8080` and `localhost:8080` without the port. */
export const hostName = (host: string): string =>
  (host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.split(':')[0]).toLowerCase()

/** Whether a name or address is this machine's own. */
export const isLoopback = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || name === '::1' || /^127\.\d+\.\d+\.\d+$/.test(name)

export interface HostGuardOptions {
  /** Further names by which the server may be called. */
  readonly allowed: readonly string[]
  /** The address it listens on is loopback: it is called by a loopback name only. */
  readonly loopback: boolean
}

/**
 * Refuses requests to a name that is not the server's: a strange page that points its own name at this machine (DNS
 * rebinding) still sends that name. Plain addresses can't be pointed elsewhere.
 */
export function hostGuard({ allowed, loopback }: HostGuardOptions): MiddlewareHandler<{ Variables: Variables }> {
  const names = new Set(allowed.map((name) => name.toLowerCase()))
  return async (c, next) => {
    const host = c.req.header('host') ?? ''
    const name = hostName(host)
    const address = isIP(name.replace(/^\[|\]$/g, '')) !== 0
    const known = isLoopback(name) || names.has(name) || names.has(host.toLowerCase()) || (address && !loopback)
    if (!known) {
      throw new NegError(
        'host-forbidden',
        'The server does not go by the name in the Host header: allow it with --allow-host.',
      )
    }
    await next()
  }
}
