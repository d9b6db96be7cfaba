import type { Conditioning, PromptInput, PromptWord } from '@neg/core'
import type { ResolvedPrompt } from './prompt-key'
import type { TextEncoder } from './text-encoder'

/** What a conditioning tells about its text. */
export type PromptDescription = Pick<Conditioning, 'words' | 'length' | 'warnings'>

/** At most this many cut-off words are spelled out. */
const spelled = 30

/**
 * Words, length and warnings of a prompt. Words are those of the part with the largest share, so that attention to a
 * blended negative is reported under the negative's own words.
 */
export function describePrompt(
  prompt: PromptInput,
  { parts, long }: ResolvedPrompt,
  encoders: readonly TextEncoder[],
): PromptDescription {
  const [main] = encoders
  let words: readonly PromptWord[] = []
  let largest = 0
  let windows = 1
  const warnings: { code: string; message: string }[] = []
  for (const { kind, text, share } of parts) {
    if (kind === 'zeros') continue
    const tokenized = main.tokenize(text, long)
    windows = Math.max(windows, ...encoders.map((encoder) => encoder.tokenize(text, long).windows.length))
    if (Math.abs(share) > largest && text !== '') {
      largest = Math.abs(share)
      words = tokenized.words
    }
    const room = main.tokenizer.limit - 2
    if (long === 'chunk' || tokenized.total <= room) continue
    const cut = tokenized.cut.slice(0, spelled).join(' ')
    const more = tokenized.cut.length > spelled ? ` … and ${tokenized.cut.length - spelled} more words` : ''
    warnings.push({
      code: 'prompt-truncated',
      message:
        `'${(prompt.text ?? text).slice(0, 40)}…' has ${tokenized.total} tokens and the text encoder reads ${room}. ` +
        `Cut off: ${cut}${more}. longPrompts 'chunk' reads them all.`,
    })
  }
  return { words, length: windows * main.tokenizer.limit, warnings }
}
