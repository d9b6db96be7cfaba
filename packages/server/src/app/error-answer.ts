import { type ErrorCode, NegError } from '@neg/core'
import type { ErrorBody } from '@neg/remote/jobs'
import type { AppContext } from './route-group'

/** Statuses of codes that are not simply a request that can't be carried out (422) or a failure here (500). */
const statuses: Partial<Record<ErrorCode, number>> = {
  'request-invalid': 400,
  unauthorized: 401,
  forbidden: 403,
  'origin-forbidden': 403,
  'host-forbidden': 403,
  'route-missing': 404,
  'job-missing': 404,
  'model-missing': 404,
  'request-too-large': 413,
  'request-unsupported': 415,
  'image-malformed': 422,
  'rate-limited': 429,
  'queue-full': 429,
  'queue-unavailable': 503,
  'server-stopping': 503,
  'write-failed': 503,
}

/** The HTTP status of an error. */
export function statusOf(error: NegError): number {
  return statuses[error.code] ?? (error.kind === 'usage' ? 422 : 500)
}

const types: Readonly<Record<number, string>> = { 401: 'authentication_error', 429: 'rate_limit_error' }

/** The answer to a request that failed. What is no `NegError` keeps its text to itself: it may hold anything. */
export function errorAnswer(c: AppContext, error: unknown): Response {
  const known = NegError.isInstance(error)
    ? error
    : new NegError('internal', 'The server made a mistake; its log has more under this request’s id.')
  const status = statusOf(known)
  const { where } = known
  const body: ErrorBody = {
    error: {
      code: known.code,
      message: known.message,
      ...(where === undefined ? {} : { details: { where } }),
      request_id: c.get('requestId'),
      type: types[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error'),
      param: where ?? null,
    },
  }
  const retryAfter = (error as { retryAfter?: unknown }).retryAfter
  if (typeof retryAfter === 'number') c.header('Retry-After', String(retryAfter))
  // A body that was not read to its end can't be followed by another request.
  if (status === 413 || status === 415) c.header('Connection', 'close')
  return c.json(body, status as 400)
}
