import type { PromptWord } from '@neg/core/adapter'
import { specialTokens, type Token, type Tokenizer } from './tokenizer'
import { promptWords, wordsOf } from './words'

/** One input of a text encoder: `limit` ids, bos first where there is one, eos after the text, then padding. */
export interface TokenWindow {
  readonly ids: readonly number[]
  /** The text's token at each position; undefined for the special ones. */
  readonly tokens: readonly (Token | undefined)[]
}

/** A tokenised prompt, ready for a text encoder. */
export interface TokenizedPrompt {
  readonly windows: readonly TokenWindow[]
  readonly words: readonly PromptWord[]
  /** Tokens of the whole text, the special ones not included. */
  readonly total: number
  /** How many of them no window holds. */
  readonly lost: number
  /** The words that lost a token, as they stand in the text. */
  readonly cut: readonly string[]
}

function windowOf(tokens: readonly Token[], { bos, eos, pad, limit }: Tokenizer): TokenWindow {
  const before = bos === undefined ? [] : [bos]
  const padding = limit - before.length - 1 - tokens.length
  return {
    ids: [...before, ...tokens.map(({ id }) => id), eos, ...new Array<number>(padding).fill(pad)],
    tokens: [...before.map(() => undefined), ...tokens, ...new Array<undefined>(padding + 1).fill(undefined)],
  }
}

/** Tokens of each window: `room` at most, a new one at every break. An empty part after the last break has none. */
function parted(
  tokenizer: Tokenizer,
  tokens: readonly Token[],
  long: 'truncate' | 'chunk',
  breaks: readonly number[],
): { readonly windows: readonly (readonly Token[])[]; readonly lost: readonly Token[] } {
  const room = tokenizer.limit - specialTokens(tokenizer)
  const starts = [0, ...breaks, Number.POSITIVE_INFINITY]
  const parts = starts
    .slice(1)
    .map((end, i) => tokens.filter(({ from }) => from >= (i === 0 ? 0 : starts[i]) && from < end))
  if (parts.length > 1 && parts[parts.length - 1].length === 0) parts.pop()
  const windows: Token[][] = []
  const lost: Token[] = []
  for (const part of parts) {
    const count = long === 'chunk' ? Math.max(1, Math.ceil(part.length / room)) : 1
    for (let i = 0; i < count; i++) windows.push(part.slice(i * room, (i + 1) * room))
    lost.push(...part.slice(count * room))
  }
  return { windows, lost }
}

/**
 * Tokens of a text in windows of the encoder's length: the first one only (`truncate`), or as many as it takes
 * (`chunk`), each with its own bos and eos. At a break a new one begins whatever room is left.
 */
export function tokenizePrompt(
  tokenizer: Tokenizer,
  text: string,
  long: 'truncate' | 'chunk',
  breaks: readonly number[] = [],
): TokenizedPrompt {
  const tokens = tokenizer.tokenize(text)
  const { windows, lost } = parted(tokenizer, tokens, long, breaks)
  const first = specialTokens(tokenizer) - 1
  const positions = new Map(
    windows.flatMap((window, w) => window.map((token, i) => [token, w * tokenizer.limit + first + i] as const)),
  )
  const words = promptWords(text, tokens, (index) => positions.get(tokens[index]))
  const cut =
    lost.length === 0
      ? []
      : wordsOf(text).filter(({ from, to }) => lost.some((token) => token.from < to && token.to > from))
  return {
    windows: windows.map((window) => windowOf(window, tokenizer)),
    words,
    total: tokens.length,
    lost: lost.length,
    cut: cut.map(({ word }) => word),
  }
}

/** `count` windows: those of a text, then empty ones. */
export const filledWindows = (tokenizer: Tokenizer, { windows }: TokenizedPrompt, count: number): TokenWindow[] =>
  Array.from({ length: count }, (_, i) => windows[i] ?? windowOf([], tokenizer))
