import type { AttentionCapture } from '../model/attention'
import { type AttentionSample, columnOf, samplesOf } from './attention-sample'
import { columnStrength, type LayerWeighting } from './column-strength'

/** r_t at one network call; PLMS makes one call more than it has steps. @experimental */
export interface StrengthPoint {
  readonly step: number
  readonly call: number
  /** Numerator and denominator. */
  readonly negative: number
  readonly positive: number
  readonly ratio: number
}

/**
 * The strength of a negative's word over a run,
 *
 *   r_t = Σ_k w_k ‖F_k[p₋]‖ / Σ_k w_k ‖F_k[p₊]‖,
 *
 * with `columnStrength`'s norms and weights. One point for each call at which both prompts were seen (capture with
 * `idle: 'observe'` sees all). Source: Ban et al. 2024 (arXiv 2406.02965).
 *
 * @param negative the negative's word, and which negative (default the first)
 * @param positive the positive prompt's word
 * @throws `option-invalid` for a word that was not captured
 * @experimental
 */
export function strengthCurve(
  samples: readonly AttentionSample[],
  negative: { readonly word: string | number; readonly index?: number },
  positive: string | number,
  weighting: LayerWeighting = 'sum',
): StrengthPoint[] {
  const strength = (sample: AttentionSample, word: string | number) =>
    columnStrength(sample.capture, columnOf(sample, word), weighting)
  return ratios(samples, negative.index, (n, p) => [strength(n, negative.word), strength(p, positive)])
}

/**
 * r_t as the article's released code computes it: the ratio of mean squared probabilities, over all tokens (start, end and
 * padding too), Σ_k mean(F₋²)/Σ_k mean(F₊²). It hardly leaves 1. The released code takes means after a bicubic enlargement
 * to 64 × 64, this at each layer's own size, and leaves the middle block out, as this does when told `layers`.
 *
 * Source: Ban et al. 2024, `daam/trace.py`.
 *
 * @experimental
 */
export const meanSquareCurve = (
  samples: readonly AttentionSample[],
  { index = 0, layers = () => true }: { readonly index?: number; layers?(name: string): boolean } = {},
): StrengthPoint[] => {
  const sum = ({ layers: all }: AttentionCapture) =>
    all.reduce((total, { name, meanSquare }) => total + (layers(name) ? meanSquare : 0), 0)
  return ratios(samples, index, (n, p) => [sum(n.capture), sum(p.capture)])
}

function ratios(
  samples: readonly AttentionSample[],
  index: number | undefined,
  strengths: (negative: AttentionSample, positive: AttentionSample) => readonly [negative: number, positive: number],
): StrengthPoint[] {
  const positives = new Map(samplesOf(samples, { role: 'positive' }).map((sample) => [sample.call, sample]))
  return samplesOf(samples, { role: 'negative', index }).flatMap((sample) => {
    const other = positives.get(sample.call)
    if (!other) return []
    const [negative, positive] = strengths(sample, other)
    return [{ step: sample.step, call: sample.call, negative, positive, ratio: negative / positive }]
  })
}
