import { phraseTokens } from '../analysis/phrase-tokens'
import type { Conditioning } from '../model/conditioning'
import { wordsOf } from './attention-watch'
import type { RunWarning } from './event'
import { promptKey, type TimedPrompts } from './prompts'
import type { RunCapture } from './run'

/**
 * What was asked to be watched and is nowhere in this run: a role without a prompt, a word that none of the watched prompts
 * has. Not of the record, as watching changes no picture.
 */
export function captureWarnings(
  { roles, tokens, encoder }: RunCapture,
  prompts: TimedPrompts,
  conditionings: ReadonlyMap<string, Conditioning>,
): RunWarning[] {
  const all = [prompts.positive, prompts.null, ...prompts.negatives, ...Object.values(prompts.roles).flat()]
  const warn = (message: string): RunWarning => ({ code: 'capture-empty', message })
  const absent = roles.filter((role) => !all.some((prompt) => prompt.role === role))
  const known = [...new Set(all.map(({ role }) => role))].join(', ')
  const warnings = absent.map((role) =>
    warn(`No attention of role '${role}' is captured: this run has no such prompt. It has ${known}.`),
  )
  const encoders = new Set([...conditionings.values()].flatMap(({ words }) => words.map((word) => word.encoder)))
  if (encoder !== undefined && !encoders.has(encoder)) {
    const have = [...encoders].filter((one) => one !== undefined)
    const why =
      have.length > 0 ? `it attends to ${have.join(' and ')}` : 'it attends to those of one encoder: leave encoder out'
    warnings.push(warn(`No tokens of '${encoder}' are watched: the model does not attend to them; ${why}.`))
  }
  if (typeof tokens === 'string') return warnings
  const texts = all
    .filter(({ role }) => roles.includes(role))
    .flatMap(({ distinct }) => distinct)
    .map((input) => wordsOf(conditionings.get(promptKey(input))?.words ?? [], encoder))
  for (const word of tokens) {
    if (typeof word === 'number' || texts.some((words) => phraseTokens(words, word))) continue
    warnings.push(warn(`No attention to '${word}' is captured: none of the watched prompts has it.`))
  }
  return warnings
}
