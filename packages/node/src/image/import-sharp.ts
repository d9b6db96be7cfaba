import { NegError } from '@neg/core'
import type sharp from 'sharp'

/** Loaded when the first picture is read or written: it takes a while, and most of a program does without. */
export async function importSharp(): Promise<typeof sharp> {
  try {
    return (await import('sharp')).default
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new NegError(
      'runtime-missing',
      `sharp, which reads and writes pictures, can't be loaded: ${reason.split('\n')[0]}. Reinstall it: npm install sharp`,
      { cause },
    )
  }
}
