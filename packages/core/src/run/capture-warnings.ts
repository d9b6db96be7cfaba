import { phraseTokens } from '../analysis/phrase-tokens'
import type { Conditioning } from '../model/conditioning'
import type { RunWarning } from './event'
import { promptKey, type TimedPrompts } from './prompts'
import type { RunCapture } from './run'

/**
 * What was asked to be watched and is nowhere in this run: a role without a prompt, a word that none of the watched prompts
 * has. Not of the record, as watching changes no picture.
 */
export function captureWarnings(
  { roles, tokens }: RunCapture,
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
  if (typeof tokens === 'string') return warnings
  const texts = all
    .filter(({ role }) => roles.includes(role))
    .flatMap(({ distinct }) => distinct)
    .map((input) => conditionings.get(promptKey(input))?.words ?? [])
  for (const word of tokens) {
    if (typeof word === 'number' || texts.some((words) => phraseTokens(words, word))) continue
    warnings.push(warn(`No attention to '${word}' is captured: none of the watched prompts has it.`))
  }
  return warnings
}
