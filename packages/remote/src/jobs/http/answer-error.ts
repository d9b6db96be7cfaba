import { type ErrorCode, errorKinds, NegError } from '@neg/core'
import { errorBodySchema } from '../protocol/job-error'

/** Codes for answers that carry none: from a proxy in between, or no neg server at all. */
const byStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'remote-unauthorized',
  403: 'remote-unauthorized',
  429: 'remote-busy',
  502: 'remote-unreachable',
  503: 'remote-busy',
  504: 'remote-timeout',
}

/** A code of another version that this one does not know is told as what it is for callers: a refusal or a failure. */
export const knownCode = (code: string, otherwise: ErrorCode): ErrorCode =>
  Object.hasOwn(errorKinds, code) ? (code as ErrorCode) : otherwise

/** The error that an answer of 400 or above stands for: that of the server, as a local run would have thrown it. */
export async function answerError(response: Response, url: string): Promise<NegError> {
  const text = await response.text().catch(() => '')
  const otherwise = byStatus[response.status] ?? (response.status < 500 ? 'remote-refused' : 'remote-failed')
  try {
    const { error } = errorBodySchema.parse(JSON.parse(text))
    return new NegError(knownCode(error.code, otherwise), error.message, { where: error.details?.where })
  } catch {
    const said = text.trim().slice(0, 200)
    return new NegError(otherwise, `${url} answered ${response.status}${said ? `: ${said}` : ''}.`)
  }
}
