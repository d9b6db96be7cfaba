import { type ErrorCode, NegError } from '@neg/core'
import { statusOf } from '../app/error-answer'
import type { AppContext } from '../app/route-group'
import { ConditioningMiss } from './digests'

/** The wire's own errors name what came; here, what came is the request. */
const fromWire: Partial<Record<ErrorCode, ErrorCode>> = {
  'remote-malformed': 'request-invalid',
  'remote-unsupported': 'request-invalid',
}

/**
 * An error in the protocol's shape: `error` is a text, beside which neg's own clients find the code.
 * @throws what is no `NegError`: the server's own mistakes are answered, and told of, in one place
 */
export function inferenceError(c: AppContext, error: unknown): Response {
  if (error instanceof ConditioningMiss) return c.json({ error: error.message }, 404)
  if (!NegError.isInstance(error)) throw error
  const code = fromWire[error.code] ?? error.code
  const status = code === 'remote-model-missing' ? 404 : statusOf(new NegError(code, error.message))
  const { retryAfter } = error as { retryAfter?: unknown }
  if (typeof retryAfter === 'number') c.header('Retry-After', String(retryAfter))
  if (status === 413 || status === 415) c.header('Connection', 'close')
  return c.json({ error: error.message, code, request_id: c.get('requestId') }, status as 400)
}
