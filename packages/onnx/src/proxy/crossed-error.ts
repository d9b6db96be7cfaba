import { NegError } from '@neg/core'
import type { CrossedError } from './messages'

/** An error as data for a message port. */
export function toCrossed(error: unknown): CrossedError {
  if (NegError.isInstance(error)) return { neg: error.toJSON() }
  if (error instanceof Error) return { name: error.name, message: error.message, stack: error.stack }
  return { name: 'Error', message: String(error) }
}

/** The error back: a NegError equal to the one that crossed; anything else is a bug in the worker, and says so. */
export function fromCrossed(error: CrossedError): NegError {
  if ('neg' in error) return NegError.fromJSON(error.neg)
  return new NegError('internal', `The model's worker failed: ${error.message}`, {
    cause: Object.assign(new Error(error.message), { name: error.name, stack: error.stack }),
  })
}
