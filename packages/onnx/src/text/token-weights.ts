import type { Token } from '../tokenizer/tokenizer'

/** A token's weight is that of its first character; ranges that overlap multiply. Special tokens weigh 1. */
export const tokenWeights = (
  tokens: readonly (Token | undefined)[],
  ranges: readonly (readonly [from: number, to: number, weight: number])[],
): number[] =>
  tokens.map((token) =>
    ranges.reduce((w, [from, to, weight]) => (token && token.from >= from && token.from < to ? w * weight : w), 1),
  )

function meanOf(values: Float32Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/**
 * Prompt weights as AUTOMATIC1111's web UI has them: each token's hidden state times its weight, then everything times
 * (mean before / mean after), so that the embedding's mean stays.
 *
 * Source: stable-diffusion-webui, modules/sd_hijack_clip.py and sd_emphasis.py (`EmphasisOriginal`).
 *
 * @param hidden [tokens, channels] of one window
 */
export function weigh(hidden: Float32Array, weights: readonly number[]): Float32Array {
  if (weights.every((weight) => weight === 1)) return hidden
  const channels = hidden.length / weights.length
  const weighted = hidden.map((value, i) => value * weights[Math.floor(i / channels)])
  const after = meanOf(weighted)
  const restore = after === 0 ? 1 : meanOf(hidden) / after
  return weighted.map((value) => value * restore)
}
