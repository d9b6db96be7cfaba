import type { Tensor } from '../tensor/tensor'
import { type AttentionSample, type PromptRef, samplesOf } from './attention-sample'
import { heatMap } from './heat-map'

/** How much of two maps lies in the same place: Σ min(a, b) of the maps scaled to sum 1; 0 apart, 1 equal. */
export function overlap(a: Tensor, b: Tensor): number {
  const total = ({ data }: Tensor) => data.reduce((sum, value) => sum + value, 0)
  const [sumA, sumB] = [total(a), total(b)]
  if (sumA === 0 || sumB === 0) return 0
  let common = 0
  for (let i = 0; i < a.data.length; i++) common += Math.min(a.data[i] / sumA, b.data[i] / sumB)
  return common
}

/** A word of the positive prompt, and how much its map overlaps the negative word's. @experimental */
export interface RelatedWord {
  readonly word: string
  readonly overlap: number
}

/**
 * r(i): the positive prompt's words by how much their time-averaged heat maps overlap the negative word's, the most related
 * first. It is chosen once a run. (Ban et al. asked a language model for the related word.)
 *
 * @param size the grid on which maps are compared; the finest layer's is a good one
 * @param words candidates; default all that were captured
 * @throws `option-invalid` for a word that was not captured, or captured without maps
 * @experimental
 */
export function relatedWords(
  samples: readonly AttentionSample[],
  negative: { readonly word: string | number; readonly index?: number },
  size: { readonly height: number; readonly width: number },
  words?: readonly string[],
): RelatedWord[] {
  const prompt = (ref: PromptRef) => samplesOf(samples, ref)
  const positives = prompt({ role: 'positive' })
  const own = heatMap(prompt({ role: 'negative', index: negative.index }), negative.word, size)
  const candidates = words ?? [...new Set(positives[0]?.tokens.map(({ text }) => text).filter(Boolean))]
  return candidates
    .map((word) => ({ word, overlap: overlap(heatMap(positives, word, size), own) }))
    .sort((a, b) => b.overlap - a.overlap)
}
