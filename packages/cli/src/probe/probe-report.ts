import { NegError, type RunRecord, type Tensor } from '@neg/core'
import {
  type AttentionSample,
  type CriticalStep,
  crossingOf,
  firstPlaced,
  heatMap,
  meanSquareCurve,
  peakOf,
  placementCurve,
  type RelatedWord,
  relatedWords,
  type SuggestedWindow,
  samplesOf,
  strengthCurve,
  suggestWindow,
  type WindowChoice,
} from '@neg/core/analysis'

/** What `neg probe` found, as JSON. */
export interface ProbeReport {
  readonly format: 2
  readonly prompt: string
  readonly negative: string
  /** r_t is of `word` against `against`. */
  readonly word: string
  readonly against: string
  /** Words of the prompt by how much their attention overlaps the negative word's. */
  readonly related: readonly RelatedWord[]
  readonly points: readonly ProbePoint[]
  readonly peak: CriticalStep | undefined
  readonly crossing: CriticalStep | undefined
  /** The window that attention alone suggests. */
  readonly attention: SuggestedWindow
  /** The judge's probability of the thing in the picture without the negative; null where no judge knows it. */
  readonly seenWithout: number | null
  /** What the pictures say: the windows that were drawn with, and the one that removes with the least change. */
  readonly choice: WindowChoice
  /** Of the picture with the negative always on. */
  readonly record: RunRecord
}

/** What a watched run alone tells. */
export type WatchedReport = Omit<ProbeReport, 'seenWithout' | 'choice'> & {
  /** Where the negative's word is looked at in the end, [h, w]. */
  readonly place: Tensor
}

/** One network call. */
export interface ProbePoint {
  readonly step: number
  readonly call: number
  readonly t: number
  /** Σ_k ‖F_k‖ of both words and their ratio r_t. */
  readonly negative: number
  readonly positive: number
  readonly ratio: number
  /** r_t with every layer weighing alike. */
  readonly equal: number
  /** r_t as the article's released code has it, over all tokens. */
  readonly meanSquare: number
  /** How well the negative word's attention matches where it ends. */
  readonly placed: number
}

/** The finest grid that attention was seen on. */
export function finestGrid(samples: readonly AttentionSample[]): { height: number; width: number } {
  const layers = samples.flatMap(({ capture }) => capture.layers)
  return {
    height: Math.max(...layers.map(({ height }) => height)),
    width: Math.max(...layers.map(({ width }) => width)),
  }
}

/**
 * Reads a watched run.
 * @param timesteps of each call
 * @throws `option-invalid` for a word that the prompts don't have
 */
export function probeReport(
  samples: readonly AttentionSample[],
  timesteps: readonly number[],
  record: RunRecord,
  { word, against }: { readonly word: string; readonly against?: string },
): WatchedReport {
  const { prompt, negatives, steps } = record.recipe
  const size = finestGrid(samples)
  const related = relatedWords(samples, { word }, size)
  const positive = against ?? related[0]?.word
  if (positive === undefined) {
    throw new NegError('prompt-invalid', 'The prompt has no word that attention could be measured against.')
  }
  const curve = strengthCurve(samples, { word }, positive)
  const equal = strengthCurve(samples, { word }, positive, 'equal')
  const meanSquare = meanSquareCurve(samples)
  const own = samplesOf(samples, { role: 'negative' })
  // Where it ends: the last third of the run.
  const end = heatMap(own.slice(Math.floor((2 * own.length) / 3)), word, size)
  const placed = placementCurve(own, word, end)
  return {
    format: 2,
    prompt,
    negative: negatives[0].text,
    word,
    against: positive,
    related,
    points: curve.map((point, i) => ({
      ...point,
      t: timesteps[point.call],
      equal: equal[i].ratio,
      meanSquare: meanSquare[i].ratio,
      placed: placed[i].correlation,
    })),
    peak: peakOf(curve, steps),
    crossing: crossingOf(curve, steps),
    attention: suggestWindow(curve, firstPlaced(placed), steps),
    place: end,
    record,
  }
}
