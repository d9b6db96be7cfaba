import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Metrics } from '../metrics/metrics'
import type { Variables } from './route-group'

/** One line of the log: no prompt, no token, no query. */
export interface LogLine {
  readonly time: string
  readonly request: string
  readonly method: string
  /** The route, not the path: ids are in `job`. */
  readonly route: string
  readonly status: number
  readonly ms: number
  readonly principal?: string
  readonly job?: string
  /** SHA-256 of the recipe, its first 12 digits: equal recipes can be told without reading them. */
  readonly recipe?: string
  /** Only with `logPrompts`. */
  readonly prompt?: string
  readonly error?: string
}

export type Log = (line: LogLine) => void

/** What routes add to a request's line. */
export const logged = new WeakMap<object, Partial<LogLine>>()

/** Gives each request an id, counts it, and writes its line when the answer is ready. */
export function requestLog(log: Log, metrics: Metrics): MiddlewareHandler<{ Variables: Variables }> {
  const requests = metrics.counter('neg_http_requests_total', 'HTTP requests by route and status.')
  const seconds = metrics.histogram(
    'neg_http_request_seconds',
    'Time to the answer’s head.',
    [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
  )
  return async (c, next) => {
    const start = performance.now()
    const id = `req_${randomUUID()}`
    c.set('requestId', id)
    c.header('X-Request-Id', id)
    await next()
    const ms = performance.now() - start
    const route = routePath(c, -1)
    const { status } = c.res
    requests.add({ method: c.req.method, route, status: String(status) })
    seconds.observe(ms / 1000, { route })
    log({
      time: new Date().toISOString(),
      request: id,
      method: c.req.method,
      route,
      status,
      ms: Math.round(ms * 10) / 10,
      ...(c.get('principal') ? { principal: c.get('principal').name } : {}),
      ...logged.get(c.req.raw),
    })
  }
}
