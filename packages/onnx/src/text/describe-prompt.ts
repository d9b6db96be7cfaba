import type { Conditioning, PromptInput, PromptWord } from '@neg/core/adapter'
import type { ResolvedPrompt } from './prompt-key'
import type { TextEncoder } from './text-encoder'
import type { TextPlan } from './text-plan'
import { windowsOf } from './window-counts'

/** What a conditioning tells about its text. */
export interface PromptDescription extends Pick<Conditioning, 'words' | 'length' | 'warnings'> {
  /** Windows that its longest text takes, the most of all encoders. */
  readonly windows: number
}

/** At most this many cut-off words are spelled out. */
const spelled = 30

/**
 * Words, length and warnings of a prompt. Words are those of the part with the largest share, so that attention to a
 * blended negative is reported under the negative's own words: as each encoder reads them whose tokens the network sees, the first
 * one's first. Of encoders that stand side by side the first speaks for all.
 */
export function describePrompt(
  prompt: PromptInput,
  { parts, long }: ResolvedPrompt,
  encoders: readonly TextEncoder[],
  plan: TextPlan,
): PromptDescription {
  let main: readonly PromptWord[][] = []
  let largest = 0
  const texts = parts.filter(({ kind }) => kind !== 'zeros')
  const windows = windowsOf(encoders, texts, long)
  const warnings: { code: string; message: string }[] = []
  for (const { text, share, breaks } of texts) {
    const tokenized = encoders.map((encoder) => encoder.tokenize(text, long, breaks))
    if (Math.abs(share) > largest && text !== '') {
      largest = Math.abs(share)
      main = tokenized.map(({ words }) => [...words])
    }
    warnings.push(...truncated(prompt.text ?? text, tokenized, encoders))
  }
  const limits = encoders.map(({ limit }) => limit)
  const { starts, length } = plan.sequence(
    limits.map((limit, i) => windows[i] * limit),
    limits,
  )
  const seen = starts.flatMap((start, i) => (start !== undefined && starts.indexOf(start) === i ? [{ start, i }] : []))
  const words = seen.flatMap(({ start, i }) =>
    (main[i] ?? []).map(({ word, tokens }) => ({
      word,
      tokens: tokens.map((token) => start + token),
      ...(seen.length > 1 ? { encoder: encoders[i].part } : {}),
    })),
  )
  return { words, length, warnings, windows: Math.max(...windows) }
}

/** What reads words that were cut off. */
const remedyOf = (kind: TextEncoder['kind'], sequence: boolean): string =>
  !sequence
    ? 'Of it the network reads one vector of the first words; another encoder reads on.'
    : kind === 't5'
      ? "A larger maxSequenceLength reads more, longPrompts 'chunk' all."
      : "longPrompts 'chunk' reads them all."

/** What encoders left out; those that read alike say it once. */
function truncated(
  text: string,
  tokenized: readonly ReturnType<TextEncoder['tokenize']>[],
  encoders: readonly TextEncoder[],
) {
  const rooms = new Set(encoders.map(({ room }) => room))
  const said = new Map<string, { code: string; message: string }>()
  for (const [i, { total, lost, cut: words }] of tokenized.entries()) {
    const { part, room, kind, sequence } = encoders[i]
    if (lost === 0) continue
    const cut = words.slice(0, spelled).join(' ')
    const more = words.length > spelled ? ` … and ${words.length - spelled} more words` : ''
    const who = rooms.size === 1 ? 'the text encoder' : part
    const message =
      `'${text.slice(0, 40)}…' has ${total} tokens and ${who} reads ${room}. ` +
      `Cut off: ${cut}${more}. ${remedyOf(kind, sequence)}`
    said.set(message, { code: 'prompt-truncated', message })
  }
  return said.values()
}
