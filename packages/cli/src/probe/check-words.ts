import { NegError } from '@neg/core'
import { phraseTokens } from '@neg/core/analysis'
import { refuse } from '../arguments/refuse'
import { wordsOf } from './observe'
import type { ProbeFlags } from './probe-flags'

/** Whether attention to a phrase can be found in a text: the same search as after the run. */
const has = (text: string, phrase: string) =>
  phraseTokens(
    wordsOf(text).map((word, i) => ({ word, tokens: [i] })),
    phrase,
  ) !== undefined

/** Refuses, before a model is loaded, words that neither prompt could attend to. @throws `option-invalid`, `prompt-invalid` */
export function checkWords({
  prompt,
  negative,
  word,
  against,
}: Pick<ProbeFlags, 'prompt' | 'negative' | 'word' | 'against'>): void {
  if (wordsOf(prompt).length === 0) {
    throw new NegError('prompt-invalid', 'The prompt has no word that attention could be measured against.')
  }
  if (wordsOf(negative).length === 0) throw refuse('--negative', 'must have a word to watch', negative)
  if (word !== undefined && !has(negative, word)) {
    throw refuse('--word', `must be of the negative "${negative}"`, word)
  }
  if (against !== undefined && !has(prompt, against)) {
    throw refuse('--against', `must be a word of the prompt "${prompt}"`, against)
  }
}
