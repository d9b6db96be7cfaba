import { meanInterval } from '@neg/core/analysis'
import { linePlot } from '@neg/core/internal'
import { defineExperiment, type Findings, grids, rounded, type Size, seedsOf } from './experiment'
import { nouns, pairName, type SeenPair } from './pairs'
import { groupBy, intervalData, meanOf, percent } from './statistics'

interface WindowUnit {
  readonly key: string
  readonly steps: number
  readonly length: number
  readonly windows: readonly Steps[]
  readonly pair: SeenPair
  readonly seed: number
}

/** From a step to a step. */
type Steps = readonly [from: number, to: number]

/** Probability of the thing without a negative, and with it on each window. */
type WindowResult = { none: number; windows: number[] }

/** Windows of a run of so many steps: every start with an open end, every end with an early start, and the article's. */
function windowsOf(size: Size, steps: number): Steps[] {
  if (size === 'smallest')
    return [
      [0, steps],
      [2, steps],
    ]
  const at = (share: number) => Math.round(share * steps)
  return [
    [0, steps],
    ...[0.1, 0.2, 0.3, 0.4, 0.5].map((start): Steps => [at(start), steps]),
    ...[0.1, 0.2, 0.3, 0.4, 0.6].map((end): Steps => [0, at(end)]),
    // Steps 4 to 14 of 30.
    [Math.ceil((4 / 30) * steps), Math.ceil((15 / 30) * steps)],
  ]
}

const name = ([from, to]: Steps): string => `[${from}, ${to})`

/** How well a negative on a part of the run removes, against where that part starts and ends. */
export const removalWindow = defineExperiment<WindowUnit, WindowResult>({
  name: 'window',
  summary: 'how well a negative removes on a part of the run, against where the part starts and ends',
  units(size) {
    const { pairs, seeds, steps } = grids[size]
    const windows = windowsOf(size, steps)
    return nouns.slice(0, pairs).flatMap((pair) =>
      seedsOf(seeds).map((seed) => ({
        key: `${pairName(pair)}, seed ${seed}`,
        steps: (1 + windows.length) * steps,
        length: steps,
        windows,
        pair,
        seed,
      })),
    )
  },
  async run({ pair, seed, length, windows }, lab) {
    const { prompt, negative, attribute } = pair
    const seen = async (negatives: { text: string; window: { from: number; to: number } }[]) =>
      lab.judge((await lab.draw({ prompt, negatives, seed, steps: length })).image, attribute)
    const none = await seen([])
    const found: number[] = []
    for (const [from, to] of windows) {
      found.push(await seen([{ text: negative, window: { from: from / length, to: to / length } }]))
    }
    return { none: rounded([none])[0], windows: rounded(found) }
  },
  report(results, size) {
    const { steps } = grids[size]
    const windows = results[0][0].windows
    const shows = (probability: number) => (probability > 0.5 ? 1 : 0)
    // Removal is told of pictures that show the thing without a negative.
    const showing = results.filter(([, { none }]) => shows(none) === 1)
    const removed = (runs: typeof showing, i: number) => runs.map(([, result]) => 1 - shows(result.windows[i]))
    const rates = windows.map((window, i) => ({ window, removal: meanInterval(removed(showing, i)) }))
    const rateOf = (from: number, to: number) =>
      rates.find(({ window }) => window[0] === from && window[1] === to)?.removal ?? meanInterval([Number.NaN])
    const byStart = rates.filter(({ window: [, to] }) => to === steps)
    const byEnd = rates.filter(({ window: [from] }) => from === 0).sort((a, b) => a.window[1] - b.window[1])
    const article = rates[rates.length - 1]
    const always = rateOf(0, steps)
    const series = (found: typeof rates, place: (window: Steps) => number) => ({
      points: found.map(({ window, removal }) => [place(window) / steps, removal.mean] as const),
      band: found.map(({ removal }) =>
        Number.isFinite(removal.low) ? ([removal.low, removal.high] as const) : ([removal.mean, removal.mean] as const),
      ),
    })
    return {
      data: {
        pictures: results.length,
        showingWithoutNegative: showing.length,
        removal: rates.map(({ window, removal }) => ({ window, ...intervalData(removal) })),
        pairs: [...groupBy(results, ([{ pair }]) => pairName(pair))].map(([pair, runs]) => ({
          pair,
          without: meanOf(runs.map(([, { none }]) => shows(none))),
          with: windows.map((_, i) => meanOf(runs.map(([, result]) => shows(result.windows[i])))),
        })),
      } as unknown as Findings['data'],
      figures: {
        window: linePlot({
          title: `Removal by a negative on a part of the run (${steps} steps)`,
          x: 'start or end of the part, as a share of the run',
          y: 'share of things removed',
          series: [
            { name: 'from the start given to the end of the run', ...series(byStart, ([from]) => from) },
            { name: 'from the start of the run to the end given', ...series(byEnd, ([, to]) => to) },
          ],
        }),
      },
      text: [
        `Of ${results.length} pictures ${showing.length} show the thing without a negative. Removed by the negative`,
        ...rates.map(
          ({ window, removal }) => `  on steps ${name(window).padEnd(9)} of ${steps}: ${percent(removal.mean)}`,
        ),
        `The article's window ${name(article.window)} keeps ${percent(article.removal.mean / always.mean)} of the always-on removal.`,
        'Published: the window keeps 85 % (54 % of 64 %); starting at 0 removes no earlier than starting at 4–6 of 30 (early steps are wasted);',
        'starts at or after 9–12 of 30 never succeed.',
      ].join('\n'),
    }
  },
})
