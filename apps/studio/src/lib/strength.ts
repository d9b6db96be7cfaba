import type { AttentionCapture, PromptWord } from '@neg/core'
import { type AttentionLog, promptKey } from './attention-log'

/** The column, in a capture of a prompt's words, of one word. */
export const positionsOf = (words: readonly PromptWord[], word: number): number[] => (words[word] ? [word] : [])

/** Σ over layers of a token's norm, the mean over a word's tokens. */
function strengthOf({ layers }: AttentionCapture, positions: readonly number[]): number {
  const sum = layers.reduce((total, { norms }) => total + positions.reduce((s, at) => s + norms[at], 0), 0)
  return sum / positions.length
}

/**
 * r_t = Σ_k ‖F_k[p₋]‖ / Σ_k ‖F_k[p₊]‖ at every call (Ban et al. 2024): how strongly a negative's word attends against the
 * positive word that it is about.
 */
export function negativeStrength(
  log: AttentionLog,
  index: number,
  negative: readonly number[],
  positive: readonly number[],
): { readonly step: number; readonly value: number }[] {
  const against = log.get(promptKey('negative', index)) ?? []
  const own = log.get(promptKey('positive', 0)) ?? []
  if (negative.length === 0 || positive.length === 0) return []
  return against.flatMap(({ step, capture }, call) => {
    const other = own[call]
    return other ? [{ step, value: strengthOf(capture, negative) / strengthOf(other.capture, positive) }] : []
  })
}
