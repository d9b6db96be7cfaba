import { NegError } from '@neg/core'
import type { Command } from 'commander'

/**
 * Refuses a value that is an option of the same command: `--negative --scale 5` forgot the negative's text, and would
 * else take `--scale` for it.
 */
export function refuseSwallowedOptions(command: Command): Command {
  const names = new Set(command.options.map(({ long }) => long))
  for (const option of command.options.filter(({ required }) => required)) {
    const parse = option.parseArg as ((text: string, before: unknown) => unknown) | undefined
    option.argParser((text: string, before: unknown) => {
      if (names.has(text)) {
        throw new NegError('option-invalid', `${option.long} needs a value; got the option ${text}.`, {
          where: option.long,
        })
      }
      return parse ? parse(text, before) : text
    })
  }
  return command
}
