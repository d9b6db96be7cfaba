import type { Conditioning, PromptInput, PromptWord } from '@neg/core/adapter'
import type { ResolvedPrompt } from './prompt-key'
import type { TextEncoder } from './text-encoder'
import type { TextPlan } from './text-plan'

/** What a conditioning tells about its text. */
export interface PromptDescription extends Pick<Conditioning, 'words' | 'length' | 'warnings'> {
  /** Windows that its longest text takes. */
  readonly windows: number
}

/** At most this many cut-off words are spelled out. */
const spelled = 30

/**
 * Words, length and warnings of a prompt. Words are those of the part with the largest share, so that attention to a
 * blended negative is reported under the negative's own words, as the first encoder whose tokens the network sees reads them.
 */
export function describePrompt(
  prompt: PromptInput,
  { parts, long }: ResolvedPrompt,
  encoders: readonly TextEncoder[],
  plan: TextPlan,
): PromptDescription {
  let main: readonly PromptWord[][] = []
  let largest = 0
  let windows = 1
  const warnings: { code: string; message: string }[] = []
  for (const { kind, text, share, breaks } of parts) {
    if (kind === 'zeros') continue
    const tokenized = encoders.map((encoder) => encoder.tokenize(text, long, breaks))
    windows = Math.max(windows, ...tokenized.map((one) => one.windows.length))
    if (Math.abs(share) > largest && text !== '') {
      largest = Math.abs(share)
      main = tokenized.map(({ words }) => [...words])
    }
    warnings.push(...truncated(prompt.text ?? text, tokenized, encoders))
  }
  const { starts, length } = plan.sequence(encoders.map(({ limit }) => windows * limit))
  const seen = starts.findIndex((start) => start !== undefined)
  const start = starts[seen] ?? 0
  const words = (main[seen] ?? []).map(({ word, tokens }) => ({ word, tokens: tokens.map((token) => start + token) }))
  return { words, length, warnings, windows }
}

/** What encoders left out; those that read alike say it once. */
function truncated(
  text: string,
  tokenized: readonly ReturnType<TextEncoder['tokenize']>[],
  encoders: readonly TextEncoder[],
) {
  const rooms = new Set(encoders.map(({ room }) => room))
  const said = new Map<string, { code: string; message: string }>()
  for (const [i, { total, lost, cut: words }] of tokenized.entries()) {
    const { part, room } = encoders[i]
    if (lost === 0) continue
    const cut = words.slice(0, spelled).join(' ')
    const more = words.length > spelled ? ` … and ${words.length - spelled} more words` : ''
    const who = rooms.size === 1 ? 'the text encoder' : part
    const message =
      `'${text.slice(0, 40)}…' has ${total} tokens and ${who} reads ${room}. ` +
      `Cut off: ${cut}${more}. longPrompts 'chunk' reads them all.`
    said.set(message, { code: 'prompt-truncated', message })
  }
  return said.values()
}
