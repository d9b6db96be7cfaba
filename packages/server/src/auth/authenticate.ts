import { NegError } from '@neg/core'
import type { MiddlewareHandler } from 'hono'
import type { AppContext, Principal, Scope, Variables } from '../app/route-group'
import { local } from './token'

/**
 * Finds out who asks. Paths in `open` need no token.
 * @param find Whose a token is; undefined on a server without tokens.
 */
export function authenticate(
  find: ((token: string) => Principal | undefined) | undefined,
  open: ReadonlySet<string>,
): MiddlewareHandler<{ Variables: Variables }> {
  return async (c, next) => {
    if (!find) c.set('principal', local)
    else if (open.has(c.req.path)) c.set('principal', { name: 'anonymous', scopes: new Set(), limits: {} })
    else {
      const header = c.req.header('authorization')
      const token = header?.match(/^Bearer +(\S+)$/i)?.[1]
      const principal = token === undefined ? undefined : find(token)
      if (!principal) {
        c.header('WWW-Authenticate', 'Bearer')
        throw new NegError(
          'unauthorized',
          token === undefined
            ? 'This server wants a token: send it as “Authorization: Bearer TOKEN”.'
            : 'The server does not know this token.',
        )
      }
      c.set('principal', principal)
    }
    await next()
  }
}

/** @throws `forbidden` unless the principal has the scope; `admin` has all. */
export function requireScope(c: AppContext, scope: Scope): Principal {
  const principal = c.get('principal')
  if (principal.scopes.has(scope) || principal.scopes.has('admin')) return principal
  throw new NegError('forbidden', `This token may not do that: it lacks the scope “${scope}”.`)
}
