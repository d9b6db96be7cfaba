import { type ErrorCode, NegError } from '@neg/core'
import { statusOf } from '../app/error-answer'
import type { AppContext } from '../app/route-group'
import { ConditioningMiss } from './digests'

/** The wire's own errors name what came; here, what came is the request. */
const fromWire: Partial<Record<ErrorCode, ErrorCode>> = {
  'remote-malformed': 'request-invalid',
  'remote-unsupported': 'request-invalid',
}

/** What onnxruntime says of tensors that fit the network's declared inputs and not its nodes. */
const fit = /shape|dimension|axis|axes|broadcast|indices|out of (?:data )?bounds|mismatch/i
/** Failures of the machine may name shapes, too. */
const machine = /cuda|cudnn|cublas|device|memory|alloc|hresult/i

/**
 * What a network failed at, where that was the tensors it was given: the declared shapes are free where the network's
 * nodes are not. Undefined for failures of this side.
 */
export function ofTensors(error: unknown): NegError | undefined {
  if (!NegError.isInstance(error) || error.code !== 'runtime-failed') return undefined
  if (!fit.test(error.message) || machine.test(error.message)) return undefined
  return new NegError('request-invalid', `The network can't run on these tensors. ${error.message.slice(0, 500)}`, {
    where: error.where,
    cause: error,
  })
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
