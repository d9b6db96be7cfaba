import { firstPlaced, meanInterval, placementCurve, samplesOf } from '@neg/core/analysis'
import { linePlot } from '@neg/core/internal'
import { finestGrid } from '../probe/probe-report'
import { defineExperiment, type Findings, grids, rounded, seedsOf } from './experiment'
import { nouns, pairName, type SeenPair } from './pairs'
import { differencePlace } from './place'
import { bandSeries, groupBy, intervalData, intervalText } from './statistics'

interface DelayUnit {
  readonly key: string
  readonly steps: number
  readonly length: number
  readonly pair: SeenPair
  readonly seed: number
}

/** How well attention to the word matches the thing's place at every call, as positive and as negative word. */
type DelayResult = { positive: number[]; negative: number[] }

/** A correlation below this is no place found. */
const least = 0.2

/** Where attention first finds the right place: a word as part of the prompt, against the same word as the negative. */
export const delay = defineExperiment<DelayUnit, DelayResult>({
  name: 'delay',
  summary: 'when attention first finds the right place: a thing as positive word, against the same thing as negative',
  units(size) {
    const { pairs, seeds, steps } = grids[size]
    return nouns.slice(0, pairs).flatMap((pair) =>
      seedsOf(seeds).map((seed) => ({
        key: `${pairName(pair)}, seed ${seed}`,
        steps: 2 * steps,
        length: steps,
        pair,
        seed,
      })),
    )
  },
  async run({ pair, seed, length }, lab) {
    const { prompt, negative, said } = pair
    const capture = (role: string) => ({ roles: [role], tokens: [negative], maps: true })
    const asked = await lab.draw({ prompt: said, seed, steps: length }, { capture: capture('positive') })
    const removed = await lab.draw(
      { prompt, negatives: [negative], seed, steps: length },
      { capture: capture('negative') },
    )
    // Asked for and removed, of one seed: what differs is the thing.
    const { height, width } = finestGrid(asked.samples)
    const place = differencePlace(asked.image, removed.image, height, width)
    const curve = (samples: typeof asked.samples, role: string) =>
      rounded(placementCurve(samplesOf(samples, { role }), negative, place).map(({ correlation }) => correlation))
    return { positive: curve(asked.samples, 'positive'), negative: curve(removed.samples, 'negative') }
  },
  report(results) {
    const first = (curve: readonly number[]): number | undefined => {
      const points = curve.map((correlation, call) => ({ step: call, call, correlation }))
      const found = firstPlaced(points)
      return found && found.correlation >= least ? found.call / (curve.length - 1) : undefined
    }
    const places = results.map(([unit, result]) => ({
      unit,
      positive: first(result.positive),
      negative: first(result.negative),
    }))
    const both = places.flatMap(({ positive, negative }) =>
      positive === undefined || negative === undefined ? [] : [{ positive, negative }],
    )
    const interval = (values: readonly number[]) => meanInterval(values)
    const delays = interval(both.map(({ positive, negative }) => negative - positive))
    const [positive, negative] = [interval(both.map((one) => one.positive)), interval(both.map((one) => one.negative))]
    const progressOf = (index: number, length: number) => index / (length - 1)
    const start = (role: 'positive' | 'negative') => meanInterval(results.map(([, result]) => result[role][0]))
    const end = (role: 'positive' | 'negative') => meanInterval(results.map(([, result]) => result[role].at(-1) ?? 0))
    const pairs = [...groupBy(places, ({ unit }) => pairName(unit.pair))].map(([pair, runs]) => ({
      pair,
      firstAsPositive: runs.map((run) => run.positive ?? null),
      firstAsNegative: runs.map((run) => run.negative ?? null),
    }))
    return {
      data: {
        runs: results.length,
        placedInBoth: both.length,
        firstAsPositive: intervalData(positive),
        firstAsNegative: intervalData(negative),
        delay: intervalData(delays),
        correlation: {
          positive: { start: intervalData(start('positive')), end: intervalData(end('positive')) },
          negative: { start: intervalData(start('negative')), end: intervalData(end('negative')) },
        },
        pairs,
      } as Findings['data'],
      figures: {
        delay: linePlot({
          title: 'Has attention to a thing found its place?',
          x: 'share of the run',
          y: 'correlation with the place',
          series: (['positive', 'negative'] as const).map((role) =>
            bandSeries(
              `as ${role} word`,
              results.map(([, result]) => result[role]),
              progressOf,
            ),
          ),
        }),
      },
      text: [
        `Attention is within nine tenths of its best match with the thing's place from ${intervalText(positive)} of the run on as a positive word,`,
        `from ${intervalText(negative)} on as the negative (${both.length} of ${results.length} runs, those whose attention found the place in both).`,
        `The negative is later by ${intervalText(delays)} of the run.`,
        'Published: the negative finds the right place later than the positive; it acts only once the positive has drawn something (no figure given).',
      ].join('\n'),
    }
  },
})
