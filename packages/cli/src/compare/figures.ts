import type { Pixels, RunResult } from '@neg/core'
import { pictureDistance } from '@neg/core/analysis'

/** What one picture of the comparison cost and how far it went from the picture without the negatives. */
export interface Figures {
  readonly guidance: string
  readonly seed: string
  /** Rows that the network evaluated. */
  readonly evaluations: number
  /** Milliseconds of the denoising loop. */
  readonly ms: number
  /** Root mean square difference of RGB to the reference of the same seed, as a share of the full range. */
  readonly distance: number
  /** Probability of each negative that the model's judge has a word for; absent where it has no judge. */
  readonly seen?: Readonly<Record<string, number>>
  /** Of `seen`, what the reference of the same seed shows: whether it is gone here. */
  readonly removed?: Readonly<Record<string, boolean>>
  /** Of everything else that the judge knows, the share that is there or absent as in the reference; 1 is all of it. */
  readonly kept?: number
}

/** From this probability on the judge says that something is there. */
const threshold = 0.5

/** What the model's judge says of a picture: a probability an attribute. */
type Judged = Readonly<Record<string, number>>

/** A picture without the negatives, and what the judge sees there. */
export interface Reference {
  readonly image: Pixels
  readonly judged?: Judged
}

export function figuresOf(
  guidance: string,
  { image, record, timings }: RunResult,
  reference: Reference,
  judged: Judged | undefined,
  negatives: readonly string[],
): Figures {
  return {
    guidance,
    seed: record.recipe.seed,
    evaluations: record.evaluations.run,
    ms: timings.network + timings.loop,
    distance: pictureDistance(image, reference.image),
    ...(judged && reference.judged ? judgement(judged, reference.judged, negatives) : {}),
  }
}

function judgement(
  judged: Judged,
  before: Judged,
  negatives: readonly string[],
): Pick<Figures, 'seen' | 'removed' | 'kept'> {
  const sees = (probability: number) => probability >= threshold
  const known = [...new Set(negatives)].filter((text) => judged[text] !== undefined)
  const others = Object.keys(judged).filter((name) => !known.includes(name))
  const kept = others.filter((name) => sees(judged[name]) === sees(before[name])).length
  return {
    seen: Object.fromEntries(known.map((text) => [text, judged[text]])),
    removed: Object.fromEntries(known.filter((text) => sees(before[text])).map((text) => [text, !sees(judged[text])])),
    ...(others.length > 0 ? { kept: kept / others.length } : {}),
  }
}

/** Means over the seeds, a line a guidance; of what was removed, how often of how many. */
export function figuresText(figures: readonly Figures[]): string {
  const names = [...new Set(figures.map(({ guidance }) => guidance))]
  const negatives = [...new Set(figures.flatMap(({ seen = {} }) => Object.keys(seen)))]
  const keeps = figures.some(({ kept }) => kept !== undefined)
  const rows = names.map((name) => {
    const own = figures.filter(({ guidance }) => guidance === name)
    const mean = (of: (one: Figures) => number) => own.reduce((sum, one) => sum + of(one), 0) / own.length
    const removed = (text: string) => {
      const had = own.flatMap(({ removed }) => removed?.[text] ?? [])
      return had.length === 0 ? '–' : `${had.filter(Boolean).length} of ${had.length}`
    }
    return [
      name,
      mean(({ evaluations }) => evaluations).toFixed(0),
      mean(({ ms }) => ms).toFixed(0),
      mean(({ distance }) => distance).toFixed(3),
      ...(keeps ? [`${(100 * mean(({ kept = 1 }) => kept)).toFixed(1)} %`] : []),
      ...negatives.flatMap((text) => [mean(({ seen }) => seen?.[text] ?? 0).toFixed(2), removed(text)]),
    ]
  })
  const judge = negatives.flatMap((text) => [`P(${text})`, 'removed'])
  const head = ['guidance', 'evaluations', 'ms', 'distance', ...(keeps ? ['others kept'] : []), ...judge]
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')
  return [head, ...rows].map((cells) => `${line(cells)}\n`).join('')
}
