import type { PromptWord } from '@neg/core/adapter'
import type { Token } from './tokenizer'

/** White space and punctuation separate words; an apostrophe inside belongs to its word. */
const word = /[^\s\p{P}]+(?:['’][^\s\p{P}]+)*/gu

/** The words of a text and their character extents. */
export const wordsOf = (text: string): { word: string; from: number; to: number }[] =>
  [...text.matchAll(word)].map(({ 0: found, index }) => ({ word: found, from: index, to: index + found.length }))

/**
 * The words of a prompt and the positions of their tokens in the encoded sequence.
 *
 * @param positions a token's position, or undefined where it was cut off; words that lost all their tokens are left out
 */
export function promptWords(
  text: string,
  tokens: readonly Token[],
  positions: (index: number) => number | undefined,
): PromptWord[] {
  return wordsOf(text).flatMap(({ word, from, to }) => {
    const held = tokens
      .map((token, index) => (token.from < to && token.to > from ? positions(index) : undefined))
      .filter((position) => position !== undefined)
    return held.length > 0 ? [{ word, tokens: held }] : []
  })
}
