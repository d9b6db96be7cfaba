import { NegError } from '../errors/neg-error'
import type { RunEvent } from '../run/event'

/** What was seen of one prompt at one network call: an `attention` event of a run. @experimental */
export type AttentionSample = Omit<Extract<RunEvent, { type: 'attention' }>, 'type'>

/** Which of a run's prompts: `{ role: 'negative', index: 0 }`. @experimental */
export interface PromptRef {
  readonly role: string
  /** Default 0. */
  readonly index?: number
}

/** The samples of one prompt, in the order of the calls. @experimental */
export const samplesOf = (
  samples: readonly AttentionSample[],
  { role, index = 0 }: PromptRef,
): readonly AttentionSample[] => samples.filter((sample) => sample.role === role && sample.index === index)

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/**
 * The column of a sample's capture that holds a word or phrase: the first of several. Or a column by its number, where a
 * word stands more than once in a prompt.
 * @throws `option-invalid` naming the words that were captured
 */
export function columnOf({ tokens, role }: AttentionSample, phrase: string | number): number {
  if (typeof phrase === 'number') {
    if (Object.hasOwn(tokens, phrase)) return phrase
    throw new NegError(
      'option-invalid',
      `There is no column ${phrase} in what was captured of the ${role} prompt; there are ${tokens.length}.`,
    )
  }
  const column = tokens.findIndex(({ text }) => same(text, phrase))
  if (column >= 0) return column
  const known = tokens.map(({ text }) => text).filter(Boolean)
  throw new NegError(
    'option-invalid',
    `No attention to '${phrase}' was captured of the ${role} prompt; captured was ${known.join(', ') || 'no word'}.`,
  )
}
