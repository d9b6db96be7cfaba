import { NegError } from '@neg/core'
import { Interrupted } from './exit-code'

/** The most lines and characters that an error takes on the terminal. */
const most = { lines: 8, characters: 1200 }

function short(message: string): string {
  const text = printable(message)
  const cut = text.length > most.characters ? `${text.slice(0, most.characters)}…` : text
  const lines = cut.split('\n')
  return (lines.length > most.lines ? [...lines.slice(0, most.lines), '…'] : lines).join('\n')
}

/** Characters that would move the cursor or clear the screen, as escapes: messages quote files and prompts. */
const printable = (text: string): string =>
  text.replaceAll(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** What is said of an error: its code and what to do, never a stack trace unless `debug`. */
export function describeError(error: unknown, debug: boolean): string {
  if (error instanceof Interrupted) return 'neg: interrupted'
  const stack = debug && error instanceof Error ? `\n${error.stack}` : ''
  if (NegError.isInstance(error)) return `neg: ${error.code}: ${short(error.message)}${stack}`
  const message = error instanceof Error ? error.message : String(error)
  return `neg: internal: ${short(message)}${stack || '\nNEG_DEBUG=1 shows where.'}`
}
