import { NegError } from '@neg/core'

/** What the command ends with. */
export const exitCode = { done: 0, failure: 1, usage: 2, interrupted: 130 } as const

/** Somebody pressed Ctrl-C, or the system asked the process to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
  constructor(readonly exitCode: number = 130) {
    super('Interrupted.')
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode
  return NegError.isInstance(error) && error.kind === 'usage' ? exitCode.usage : exitCode.failure
}
