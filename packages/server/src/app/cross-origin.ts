import { NegError } from '@neg/core'
import { headerLengthName, jobHeaders } from '@neg/remote/wire'
import type { MiddlewareHandler } from 'hono'
import type { AppContext, Variables } from './route-group'

const requestHeaders = [
  'authorization',
  'content-type',
  jobHeaders.idempotencyKey,
  jobHeaders.lastEventId,
  'prefer',
  'range',
  'if-none-match',
  headerLengthName,
]
const exposed = [headerLengthName, 'retry-after', 'location', 'etag', 'x-request-id', 'content-range', 'accept-ranges']

/** @throws `option-invalid` for what is no origin; `*` is refused: everybody's pages are nobody's. */
export function checkOrigins(origins: readonly string[]): void {
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : undefined
    if (url && url.origin === origin && url.origin !== 'null') continue
    throw new NegError(
      'option-invalid',
      `'${origin}' is no origin that can be allowed: expected scheme, host and port alone, such as https://studio.example or http://localhost:5173.`,
      { where: 'cors' },
    )
  }
}

/**
 * Pages of the listed origins may use the server; all others are refused before anything is done for them, also where a
 * browser would only have hidden the answer. Such a page can find out that somebody answers here, as everywhere, and nothing
 * else; pages that are cross-origin isolated, too, so that they can tell their user why.
 */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<{ Variables: Variables }> {
  checkOrigins(origins)
  const listed = new Set(origins)
  return async (c, next) => {
    const origin = c.req.header('origin')
    const own = origin !== undefined && isOwn(origin, c.req.header('host'))
    if (origin !== undefined && !own && !listed.has(origin)) {
      throw forbidden(c, 'Pages of this origin may not use the server: allow it with --cors.')
    }
    const site = c.req.header('sec-fetch-site')
    if (origin === undefined && site === 'cross-site' && c.req.header('sec-fetch-mode') !== 'navigate') {
      throw forbidden(c, 'Another site may not embed what this server gives.')
    }
    c.header('Vary', 'Origin')
    if (origin !== undefined && !own) {
      c.header('Access-Control-Allow-Origin', origin)
      c.header('Access-Control-Expose-Headers', exposed.join(', '))
    }
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method')) {
      c.header('Access-Control-Allow-Methods', 'GET, HEAD, POST, DELETE')
      c.header('Access-Control-Allow-Headers', requestHeaders.join(', '))
      c.header('Access-Control-Max-Age', '600')
      if (c.req.header('access-control-request-private-network'))
        c.header('Access-Control-Allow-Private-Network', 'true')
      return c.body(null, 204)
    }
    await next()
  }
}

function forbidden(c: AppContext, message: string): NegError {
  c.header('Cross-Origin-Resource-Policy', 'cross-origin')
  return new NegError('origin-forbidden', message)
}

const isOwn = (origin: string, host: string | undefined): boolean =>
  host !== undefined && (origin === `http://${host}` || origin === `https://${host}`)
