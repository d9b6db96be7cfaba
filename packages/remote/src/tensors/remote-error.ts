import { type ErrorCode, errorKinds, NegError } from '@neg/core'
import { conditioningMiss } from '../wire/conditioning'
import type { ServerError } from './error-body'

const isCode = (code: string | undefined): code is ErrorCode => code !== undefined && Object.hasOwn(errorKinds, code)

/** Where a request went: `Triton at http://host:8000, model 'vae_decoder'`. */
export interface Endpoint {
  readonly url: string
  readonly model?: string
}

const endpointName = ({ url, model }: Endpoint): string => (model === undefined ? url : `${url}, model '${model}'`)

/** HTTP's numbers for what gRPC's status codes mean, so that both are mapped once. */
export const httpStatusOfGrpc: Readonly<Record<number, number>> = {
  2: 500, // UNKNOWN
  3: 400, // INVALID_ARGUMENT
  4: 504, // DEADLINE_EXCEEDED
  5: 404, // NOT_FOUND
  7: 403, // PERMISSION_DENIED
  8: 429, // RESOURCE_EXHAUSTED
  9: 400, // FAILED_PRECONDITION
  11: 400, // OUT_OF_RANGE
  12: 501, // UNIMPLEMENTED
  13: 500, // INTERNAL
  14: 503, // UNAVAILABLE
  16: 401, // UNAUTHENTICATED
}

function codeOf(status: number, text: string, endpoint: Endpoint): ErrorCode {
  if (/out of memory|\bOOM\b|bad_alloc|failed to allocate/i.test(text)) return 'out-of-memory'
  if (status === 401 || status === 403) return 'remote-unauthorized'
  if (status === 429 || status === 503) return 'remote-busy'
  if (status === 408 || status === 504) return 'remote-timeout'
  // An unknown model is 404 on most servers; Triton also says 400, MLServer 422.
  if (
    endpoint.model !== undefined &&
    (status === 404 || /unknown model|model.{0,80}not found|not found.{0,40}model/i.test(text))
  )
    return 'remote-model-missing'
  if (status === 404 || status === 405 || status === 501) return 'remote-unsupported'
  return status >= 500 ? 'remote-failed' : 'remote-refused'
}

const advice: Partial<Record<ErrorCode, string>> = {
  'remote-unauthorized': 'Give the server’s token or headers.',
  'remote-busy': 'Try again later, or use another server.',
  'remote-timeout': 'A longer timeout may help.',
  'remote-model-missing': 'Check the name, and that the server has loaded it.',
  'remote-unsupported': 'Is this the address of an Open Inference Protocol server?',
  'out-of-memory': 'Ask for fewer or smaller pictures.',
}

/** A server's error answer as an error of neg; a neg server's own code is kept. The server's words are in the message and the cause. */
export function remoteError(status: number, { text, code }: ServerError, endpoint: Endpoint): NegError {
  const where = endpointName(endpoint)
  const cause = new Error(`${status}: ${text}`)
  if (isCode(code)) return new NegError(code, `${text} (said by ${where})`, { cause, where })
  const mapped = codeOf(status, text, endpoint)
  const said = text === '' ? 'nothing more' : text
  return new NegError(mapped, `${where} answered ${status}: ${said}. ${advice[mapped] ?? ''}`.trimEnd(), {
    cause,
    where,
  })
}

/** Whether an error says that a conditioning must be sent in full. */
export const isConditioningMiss = (error: unknown): boolean =>
  NegError.isInstance(error) && error.cause instanceof Error && error.cause.message.includes(conditioningMiss)
