import type { RecipeInput } from '@neg/core'
import {
  firstPlaced,
  heatMap,
  meanInterval,
  pictureDistance,
  placementCurve,
  samplesOf,
  strengthCurve,
  suggestWindow,
} from '@neg/core/analysis'
import { linePlot } from '@neg/core/internal'
import { finestGrid } from '../probe/probe-report'
import { defineExperiment, type Findings, grids, rounded, seedsOf } from './experiment'
import { nouns, pairName, type SeenPair } from './pairs'
import { groupBy, intervalData, intervalText, meanOf, percent } from './statistics'

interface EditUnit {
  readonly key: string
  readonly steps: number
  readonly length: number
  readonly pair: SeenPair
  readonly seed: number
}

const variants = ['always', 'article', 'early', 'suggested'] as const

/** Probability of the thing, and distance from the picture without a negative, 0 … 1. */
type EditResult = { none: number; seen: number[]; distance: number[] }

/** A negative on a window against one that is always on: does it remove as well, and leave more of the picture alone? */
export const localEdit = defineExperiment<EditUnit, EditResult>({
  name: 'local-edit',
  summary: 'a negative on a window against always on: removal, and closeness to the picture without a negative',
  units(size) {
    const { pairs, seeds, steps } = grids[size]
    return nouns.slice(0, pairs).flatMap((pair) =>
      seedsOf(seeds).map((seed) => ({
        key: `${pairName(pair)}, seed ${seed}`,
        steps: (1 + variants.length) * steps,
        length: steps,
        pair,
        seed,
      })),
    )
  },
  async run({ pair, seed, length }, lab) {
    const { prompt, negative, positive, attribute } = pair
    const recipe = (negatives: RecipeInput['negatives']) => ({ prompt, negatives, seed, steps: length })
    const none = await lab.draw(recipe([]))
    const always = await lab.draw(recipe([negative]), {
      capture: { roles: ['positive', 'negative'], tokens: [positive, negative], maps: true },
    })
    const own = samplesOf(always.samples, { role: 'negative' })
    const end = heatMap(own.slice(Math.floor((2 * own.length) / 3)), negative, finestGrid(own))
    const curve = strengthCurve(always.samples, { word: negative }, positive)
    const { window: suggested } = suggestWindow(curve, firstPlaced(placementCurve(own, negative, end)), length)
    const windowed = async (window: { from: number; to: number }) => lab.draw(recipe([{ text: negative, window }]))
    const pictures = [
      always,
      await windowed({ from: 4 / 30, to: 15 / 30 }),
      await windowed({ from: 0, to: 0.4 }),
      await windowed(suggested),
    ]
    const seen: number[] = []
    for (const { image } of pictures) seen.push(await lab.judge(image, attribute))
    return {
      none: rounded([await lab.judge(none.image, attribute)])[0],
      seen: rounded(seen),
      distance: rounded(pictures.map(({ image }) => pictureDistance(image, none.image))),
    }
  },
  report(results) {
    const shows = (probability: number) => (probability > 0.5 ? 1 : 0)
    const showing = results.filter(([, { none }]) => shows(none) === 1)
    const [first] = variants
    const rows = variants.map((variant, i) => {
      const removal = meanInterval(showing.map(([, { seen }]) => 1 - shows(seen[i])))
      const apart = meanInterval(showing.map(([, result]) => result.distance[i]))
      const closer = meanInterval(showing.map(([, result]) => (result.distance[i] < result.distance[0] ? 1 : 0)))
      return { variant, removal, apart, closer }
    })
    const label = {
      always: 'always on',
      article: 'the article’s window [4/30, 15/30)',
      early: 'window [0, 0.4)',
      suggested: 'window suggested by attention',
    }
    return {
      data: {
        pictures: results.length,
        showingWithoutNegative: showing.length,
        variants: rows.map(({ variant, removal, apart, closer }) => ({
          variant: label[variant],
          removal: intervalData(removal),
          distance: intervalData(apart),
          ...(variant === first
            ? {}
            : { closerThanAlways: intervalData(closer), ofAlwaysRemoval: removal.mean / rows[0].removal.mean }),
        })),
        pairs: [...groupBy(showing, ([{ pair }]) => pairName(pair))].map(([pair, runs]) => ({
          pair,
          showing: runs.length,
          removal: variants.map((_, i) => meanOf(runs.map(([, { seen }]) => 1 - shows(seen[i])))),
          distance: rounded(variants.map((_, i) => meanOf(runs.map(([, result]) => result.distance[i])))),
        })),
      } as Findings['data'],
      figures: {
        'local-edit': linePlot({
          title: 'Removal against distance from the picture without a negative',
          x: 'distance (RMS of 0 … 1)',
          y: 'share of things removed',
          series: rows.map(({ variant, removal, apart }) => ({
            name: label[variant],
            // A point with its intervals, as a cross.
            points: [
              [apart.low, removal.mean],
              [apart.high, removal.mean],
              [apart.mean, removal.mean],
              [apart.mean, removal.low],
              [apart.mean, removal.high],
            ] as const,
          })),
        }),
      },
      text: [
        `Of ${showing.length} pictures that show the thing without a negative:`,
        ...rows.map(
          ({ variant, removal, apart, closer }) =>
            `  ${label[variant].padEnd(36)} removed ${percent(removal.mean)}, distance ${intervalText(apart, 3)}` +
            (variant === first
              ? ''
              : `, closer than always on in ${percent(closer.mean)}, ${percent(removal.mean / rows[0].removal.mean)} of its removal`),
        ),
        'Published: the window keeps 85 % of the always-on removal and is judged closer to the original in 83 %.',
      ].join('\n'),
    }
  },
})
