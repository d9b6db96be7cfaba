import { type ErrorCode, errorKinds } from './code'

const marker = Symbol.for('neg.error')

/** What an error carries beside its message. */
export interface NegErrorDetails {
  /** The error below this one. */
  cause?: unknown
  /** Where it happened: an option's path (`negatives[0].window`), a file, a step. Part of the message already. */
  where?: string
}

/**
 * The one error class of neg. The message says what was wrong, where, what was expected and what to do; `code` is stable.
 *
 * Use `NegError.isInstance(error)`, not `instanceof`: that breaks when two versions of a package meet.
 */
export class NegError extends Error {
  override readonly name = 'NegError'
  readonly code: ErrorCode
  /** `usage`: the caller can mend it; `failure`: it was found on the way. */
  readonly kind: 'usage' | 'failure'
  readonly where: string | undefined

  constructor(code: ErrorCode, message: string, details: NegErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.kind = errorKinds[code]
    this.where = details.where
    Object.defineProperty(this, marker, { value: true })
  }

  static isInstance(value: unknown): value is NegError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true
  }

  /** Plain data for a message port or the wire; `fromJSON` gives an equal error back. */
  toJSON(): { code: ErrorCode; message: string; where?: string } {
    return { code: this.code, message: this.message, ...(this.where === undefined ? {} : { where: this.where }) }
  }

  static fromJSON(data: { code: ErrorCode; message: string; where?: string }): NegError {
    return new NegError(data.code, data.message, { where: data.where })
  }
}
