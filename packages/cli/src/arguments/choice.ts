import { refuse } from './refuse'

/** One of a few words. */
export function parseChoice<const T extends string>(flag: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => choice === text)
    if (found === undefined) throw refuse(flag, `must be one of ${choices.join(', ')}`, text)
    return found
  }
}
