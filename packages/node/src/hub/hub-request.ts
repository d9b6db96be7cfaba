import { NegError } from '@neg/core'
import { send } from '@neg/core/internal'
import type { HubSettings } from './hub-settings'
import { nodeFetch } from './node-fetch'

const redirects = new Set([301, 302, 303, 307, 308])

/**
 * GET or HEAD, following redirects, but for a HEAD that is told what it asks for before: the token goes to the Hub's own host only,
 * never to where it sends for the bytes. Silence breaks it off.
 *
 * @throws {HttpFailure}; the signal's reason; `download-failed` for redirects without end
 */
export async function hubRequest(
  url: string,
  { endpoint, token, stall }: HubSettings,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
  method: 'GET' | 'HEAD' = 'GET',
): Promise<Response> {
  const own = new URL(endpoint).host
  let target = new URL(url)
  for (let hops = 0; hops < 10; hops++) {
    const ownToken: Record<string, string> =
      token !== undefined && target.host === own ? { authorization: `Bearer ${token}` } : {}
    const response = await send(
      target,
      { method, headers: { 'user-agent': 'neg', ...headers, ...ownToken } },
      { fetch: nodeFetch, timeout: stall, limits: 'silence', signal },
    )
    const location = response.headers.get('location')
    const told = method === 'HEAD' && response.headers.has('x-linked-etag')
    if (!redirects.has(response.status) || location === null || told) return response
    await response.body?.cancel()
    target = new URL(location, target)
  }
  throw new NegError('download-failed', `${url} was redirected ten times without an end.`)
}
