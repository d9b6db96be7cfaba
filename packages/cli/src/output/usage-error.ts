import { type ErrorCode, NegError } from '@neg/core'
import type { CommanderError } from 'commander'

const codes: Record<string, ErrorCode> = {
  'commander.unknownOption': 'option-unknown',
  'commander.unknownCommand': 'command-unknown',
}

/** commander's refusal as ours: `error: unknown option '--stesp'\n(Did you mean --steps?)`. */
export function usageError({ code, message }: Pick<CommanderError, 'code' | 'message'>): NegError {
  const [first, ...rest] = message.replace(/^error: /, '').split('\n')
  const sentence = `${first[0].toUpperCase()}${first.slice(1)}`.replace(/([^.?!])$/, '$1.')
  const suggestion = rest.join(' ').replace(/^\((.*)\)$/, '$1')
  const quotes = code === 'commander.excessArguments' ? 'Put the prompt in quotes.' : ''
  const help = suggestion || quotes || 'neg --help lists what there is.'
  return new NegError(codes[code] ?? 'option-invalid', `${sentence} ${help}`)
}
