import { NegError } from '@neg/core'
import type { MiddlewareHandler } from 'hono'

/** Refuses compressed bodies: a few bytes could become any number. */
export const refuseCompressed: MiddlewareHandler = async (c, next) => {
  const encoding = c.req.header('content-encoding')
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new NegError('request-unsupported', 'The body is compressed (Content-Encoding); send it as it is.')
  }
  await next()
}
