import type { PromptWord } from '@neg/core'
import type { Token, Tokenizer } from './tokenizer'
import { promptWords, wordsOf } from './words'

/** One input of a text encoder: `limit` ids, bos first, eos after the text, then padding. */
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
  /** The words that lost a token, as they stand in the text. */
  readonly cut: readonly string[]
}

function windowOf(tokens: readonly Token[], { bos, eos, pad, limit }: Tokenizer): TokenWindow {
  const padding = limit - 2 - tokens.length
  return {
    ids: [bos, ...tokens.map(({ id }) => id), eos, ...new Array<number>(padding).fill(pad)],
    tokens: [undefined, ...tokens, ...new Array<undefined>(padding + 1).fill(undefined)],
  }
}

/** Tokens in `count` windows; those that don't fit are left out, missing ones are empty. */
export function windowsOf(tokenizer: Tokenizer, tokens: readonly Token[], count: number): TokenWindow[] {
  const room = tokenizer.limit - 2
  return Array.from({ length: count }, (_, i) => windowOf(tokens.slice(i * room, (i + 1) * room), tokenizer))
}

/**
 * Tokens of a text in windows of the encoder's length: the first one only (`truncate`), or as many as it takes
 * (`chunk`), each with its own bos and eos.
 */
export function tokenizePrompt(tokenizer: Tokenizer, text: string, long: 'truncate' | 'chunk'): TokenizedPrompt {
  const tokens = tokenizer.tokenize(text)
  const room = tokenizer.limit - 2
  const count = long === 'chunk' ? Math.max(1, Math.ceil(tokens.length / room)) : 1
  const kept = count * room
  const words = promptWords(text, tokens, (index) =>
    index < kept ? Math.floor(index / room) * tokenizer.limit + 1 + (index % room) : undefined,
  )
  const lost = tokens.slice(kept)
  const cut =
    lost.length === 0
      ? []
      : wordsOf(text).filter(({ from, to }) => lost.some((token) => token.from < to && token.to > from))
  return {
    windows: windowsOf(tokenizer, tokens, count),
    words,
    total: tokens.length,
    cut: cut.map(({ word }) => word),
  }
}
