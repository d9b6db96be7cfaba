import { NegError } from '@neg/core'

/** What is said of an option's value that cannot be used. */
export function refuse(flag: string, expected: string, got: string): NegError {
  const shown = got.length > 60 ? `${got.slice(0, 57)}…` : got
  return new NegError('option-invalid', `${flag} ${expected}; got ${JSON.stringify(shown)}.`, { where: flag })
}
