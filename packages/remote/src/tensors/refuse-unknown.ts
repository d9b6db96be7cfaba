import { NegError } from '@neg/core'

/** @throws `option-unknown` for an option that nobody would read */
export function refuseUnknown(options: object, known: readonly string[], where: string): void {
  const strange = Object.keys(options).find((name) => !known.includes(name))
  if (strange === undefined) return
  throw new NegError('option-unknown', `${where} has no option '${strange}'; it has ${known.join(', ')}.`, {
    where: strange,
  })
}
