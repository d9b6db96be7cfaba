import type { CapturedTokens, Tensor } from '@neg/core'
import {
  type AttentionSample,
  firstPlaced,
  heatMap,
  type PromptRef,
  placementCurve,
  relatedWords,
  type StrengthPoint,
  type SuggestedWindow,
  samplesOf,
  strengthCurve,
  suggestWindow,
} from '@neg/core/analysis'

/** A prompt's words as they were seen, a column of its captures each. */
export const wordsOf = (samples: readonly AttentionSample[], prompt: PromptRef): readonly CapturedTokens[] =>
  samplesOf(samples, prompt)[0]?.tokens ?? []

const textOf = ({ tokens }: AttentionSample): string => tokens.map(({ text }) => text).join(' ')

/** A prompt that is another text later in the run (`[a:b:when]`) has other words there: what is shown is of its first text. */
export function keepText(samples: readonly AttentionSample[], next: AttentionSample): readonly AttentionSample[] {
  const first = samplesOf(samples, next)[0]
  return first && textOf(first) !== textOf(next) ? samples : [...samples, next]
}

/** The grid of what was seen; all layers are merged to one. */
export function gridOf(samples: readonly AttentionSample[]): { height: number; width: number } | undefined {
  const layer = samples[0]?.capture.layers[0]
  return layer?.maps && { height: layer.height, width: layer.width }
}

/** The word of a negative that says what it is about: in English the last ("eye patch"). */
const headOf = (samples: readonly AttentionSample[], index: number): number =>
  wordsOf(samples, { role: 'negative', index }).length - 1

/** The column of the positive word that the first negative has most in common with; the last where none was seen. */
export function relatedColumn(samples: readonly AttentionSample[]): number {
  const words = wordsOf(samples, { role: 'positive' })
  const grid = gridOf(samples)
  const head = headOf(samples, 0)
  if (!grid || head < 0) return words.length - 1
  const [best] = relatedWords(samples, { word: head }, grid)
  return best ? words.findIndex(({ text }) => text === best.word) : words.length - 1
}

/** r_t of a whole negative against a positive word: the mean over its words. Ban et al. 2024 (`strengthCurve` of core). */
export function negativeStrength(samples: readonly AttentionSample[], index: number, against: number): StrengthPoint[] {
  const curves = wordsOf(samples, { role: 'negative', index }).map((_, word) =>
    strengthCurve(samples, { word, index }, against),
  )
  return (curves[0] ?? []).map(({ step, call, positive }, i) => {
    const negative = curves.reduce((sum, curve) => sum + curve[i].negative, 0) / curves.length
    return { step, call, negative, positive, ratio: negative / positive }
  })
}

/** What was seen of a negative: where it is looked at in the end, [h, w], and the window that says. */
export interface SeenNegative {
  readonly place: Tensor
  readonly suggestion: SuggestedWindow
}

/** What was seen of a negative, watched at every step; undefined where that is too little. */
export function seenNegative(
  samples: readonly AttentionSample[],
  index: number,
  against: number,
  steps: number,
): SeenNegative | undefined {
  const own = samplesOf(samples, { role: 'negative', index })
  const grid = gridOf(own)
  const curve = negativeStrength(samples, index, against)
  if (!grid || curve.length < 2) return undefined
  const head = headOf(samples, index)
  // Its place is where it ends: the last third of the run.
  const place = heatMap(own.slice(Math.floor((2 * own.length) / 3)), head, grid)
  return { place, suggestion: suggestWindow(curve, firstPlaced(placementCurve(own, head, place)), steps) }
}
