import { NegError } from '@neg/core'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
}

/** The error for what could not be written, with the system's reason in words. */
export function writeFailed(what: string, cause: unknown): NegError {
  const { code, message } = cause as NodeJS.ErrnoException
  return new NegError('write-failed', `${what}: ${reasons[code ?? ''] ?? message.replace(/\.$/, '')}.`, { cause })
}
