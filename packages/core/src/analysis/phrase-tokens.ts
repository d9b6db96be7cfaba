import type { PromptWord } from '../model/conditioning'

const fold = (word: string): string => word.toLowerCase()

/**
 * Positions of a word or phrase in a prompt: the tokens of its words, which have to follow each other there; undefined
 * where the prompt lacks it. Case and punctuation don't matter; of several places the first counts.
 *
 * @experimental
 */
export function phraseTokens(words: readonly PromptWord[], phrase: string): readonly number[] | undefined {
  const wanted = phrase.split(/[\s\p{P}]+/u).flatMap((word) => (word === '' ? [] : [fold(word)]))
  if (wanted.length === 0) return undefined
  const have = words.flatMap(({ word, tokens }) =>
    word.split(/[\s\p{P}]+/u).map((part) => ({ word: fold(part), tokens })),
  )
  for (let at = 0; at + wanted.length <= have.length; at++) {
    if (!wanted.every((word, i) => have[at + i].word === word)) continue
    const held = have.slice(at, at + wanted.length).flatMap(({ tokens }) => tokens)
    return [...new Set(held)]
  }
  return undefined
}
