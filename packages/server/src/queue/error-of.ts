import { NegError } from '@neg/core'
import type { JobError } from '@neg/remote/jobs'

/** An error as a job carries it. What is no `NegError` is a bug here: its text is for the log, not for strangers. */
export function errorOf(error: unknown): JobError {
  if (!NegError.isInstance(error)) return { code: 'internal', message: 'The job failed by a mistake of the server.' }
  const { code, message, where } = error
  return { code, message, ...(where === undefined ? {} : { details: { where } }) }
}
