import { isOpen, type Window } from '../recipe/window'
import { windowPresets } from '../recipe/window-presets'

/** A window to try. @experimental */
export interface WindowCandidate {
  /** Whose it is: what attention suggests, the article's (`ban2024`), [0, 0.4), the model's own, or always. */
  readonly name: 'attention' | 'article' | 'early' | 'recommended' | 'always'
  /** Always is [0, 1): a negative without a window may have the model's own. */
  readonly window: Window
}

const always: Window = { from: 0, to: 1, of: 'schedule' }
const early: Window = { from: 0, to: 0.4, of: 'schedule' }

/**
 * The windows that are worth a picture for a negative: attention's, the article's, [0, 0.4), the model's own where it
 * recommends one, and always. Those that open at the same steps, or at none, are left out.
 *
 * @param attention what `suggestWindow` reads off a run
 * @param steps of the full schedule
 * @experimental
 */
export function windowCandidates(attention: Window, steps: number, recommended?: Window): WindowCandidate[] {
  const all: WindowCandidate[] = [
    { name: 'always', window: always },
    ...(recommended ? [{ name: 'recommended', window: recommended } as const] : []),
    { name: 'early', window: early },
    { name: 'article', window: windowPresets.ban2024 },
    { name: 'attention', window: attention },
  ]
  const openAt = ({ window }: WindowCandidate): string => {
    // Windows over noise or timesteps are told apart by themselves alone.
    if (window.of !== 'schedule') return JSON.stringify(window)
    const at = (step: number) => ({ step, steps, timestepProgress: step / steps, sigma: 0 })
    return Array.from({ length: steps }, (_, step) => Number(isOpen(window, at(step)))).join('')
  }
  const seen = new Set(['0'.repeat(steps)])
  return all.filter((candidate) => {
    const key = openAt(candidate)
    return !seen.has(key) && seen.add(key)
  })
}

/**
 * What a picture drawn with a candidate shows, against the picture of the same seed without the negative.
 *
 * @experimental
 */
export interface TriedWindow extends WindowCandidate {
  /** How far it went from it: `pictureDistance`. */
  readonly distance: number
  /** How much of that is where the word is looked at: `differenceAt`. */
  readonly atPlace: number
  /** Probability that the thing is still seen, by a judge that knows it. */
  readonly seen?: number
}

/** The window that removes with the least change. @experimental */
export interface WindowChoice {
  /** What tells whether a thing is gone: a judge, or the difference at its place. */
  readonly by: 'judge' | 'difference'
  /**
   * `removes`: `chosen` does. `nothing-to-remove`: without the negative the thing isn't seen. `none-removes`: it stays,
   * whatever the window.
   */
  readonly outcome: 'removes' | 'nothing-to-remove' | 'none-removes'
  readonly chosen?: TriedWindow & { readonly removes: true }
  readonly tried: readonly (TriedWindow & { readonly removes: boolean })[]
}

/** A judge says that it sees something. */
const sees = (probability: number): boolean => probability >= 0.5
/** A change at the place that could be anything. */
const unnoticed = 0.02
/** How much of the largest change at the place is a removal, too. */
const most = 0.8

/**
 * Chooses among windows that were drawn with: of those that remove the thing the one whose picture is nearest to the picture
 * without the negative. Where a judge knows the thing it is gone when the judge no longer sees it; else where the picture
 * changed at its place about as much (0.8) as it did under the window that changed it most, if that is noticeable at all.
 *
 * @param without the judge's probability in the picture without the negative; undefined without a judge
 * @experimental
 */
export function chooseWindow(tried: readonly TriedWindow[], without?: number): WindowChoice {
  const judged = without !== undefined && tried.every(({ seen }) => seen !== undefined)
  const by = judged ? 'judge' : 'difference'
  const largest = Math.max(0, ...tried.map(({ atPlace }) => atPlace))
  const gone = ({ seen = 1, atPlace }: TriedWindow) =>
    judged ? sees(without) && !sees(seen) : largest >= unnoticed && atPlace >= most * largest
  const all = tried.map((one) => ({ ...one, removes: gone(one) }))
  if (judged && !sees(without)) return { by, outcome: 'nothing-to-remove', tried: all }
  const chosen = all
    .flatMap((one) => (one.removes ? [{ ...one, removes: true as const }] : []))
    .reduce<WindowChoice['chosen']>((best, one) => (best && best.distance <= one.distance ? best : one), undefined)
  return chosen ? { by, outcome: 'removes', chosen, tried: all } : { by, outcome: 'none-removes', tried: all }
}
