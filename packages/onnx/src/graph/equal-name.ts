import { NegError } from '@neg/core'

/** A name that is not taken, as long in bytes as another; it is taken from now on. */
export function equalName(name: string, taken: Set<string>): string {
  const stem = [...name]
  for (let i = stem.length - 1; i >= 0; i--) {
    if (stem[i].charCodeAt(0) > 127) continue
    for (const letter of '~!@$%^&0123456789abcdefghijklmnopqrstuvwxyz') {
      const candidate = stem.with(i, letter).join('')
      if (taken.has(candidate)) continue
      taken.add(candidate)
      return candidate
    }
  }
  throw new NegError('internal', `There is no free name like '${name}'.`)
}
