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
}

export function figuresOf(
  guidance: string,
  { image, record, timings }: RunResult,
  base: Pixels,
  judged: Readonly<Record<string, number>> | undefined,
  negatives: readonly string[],
): Figures {
  const known = negatives.filter((text) => judged?.[text] !== undefined)
  return {
    guidance,
    seed: record.recipe.seed,
    evaluations: record.evaluations.run,
    ms: timings.network + timings.loop,
    distance: pictureDistance(image, base),
    ...(judged ? { seen: Object.fromEntries(known.map((text) => [text, judged[text]])) } : {}),
  }
}

/** Means over the seeds, a line a guidance. */
export function figuresText(figures: readonly Figures[]): string {
  const names = [...new Set(figures.map(({ guidance }) => guidance))]
  const negatives = [...new Set(figures.flatMap(({ seen = {} }) => Object.keys(seen)))]
  const rows = names.map((name) => {
    const own = figures.filter(({ guidance }) => guidance === name)
    const mean = (of: (one: Figures) => number) => own.reduce((sum, one) => sum + of(one), 0) / own.length
    return [
      name,
      mean(({ evaluations }) => evaluations).toFixed(0),
      mean(({ ms }) => ms).toFixed(0),
      mean(({ distance }) => distance).toFixed(3),
      ...negatives.map((text) => mean(({ seen }) => seen?.[text] ?? 0).toFixed(2)),
    ]
  })
  const head = ['guidance', 'evaluations', 'ms', 'distance', ...negatives.map((text) => `P(${text})`)]
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')
  return [head, ...rows].map((cells) => `${line(cells)}\n`).join('')
}
