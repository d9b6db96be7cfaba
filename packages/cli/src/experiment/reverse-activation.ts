import { inducingEffect, meanInterval, momentumCosines, type PromptPair, reverseActivation } from '@neg/core/analysis'
import { linePlot } from '@neg/core/internal'
import { defineExperiment, type Findings, grids, rounded, seedsOf } from './experiment'
import { observer } from './observer'
import { absent, pairName, type SeenPair } from './pairs'
import { bandSeries, groupBy, intervalData, intervalText, meanOf } from './statistics'

interface ReverseUnit {
  readonly key: string
  readonly steps: number
  readonly length: number
  readonly pair: SeenPair
  readonly seed: number
}

/** Early windows, in shares of the run. */
const windows = [
  [0, 0.1],
  [0, 0.2],
  [0, 0.3],
  [0.1, 0.3],
] as const

/** Probabilities of the thing; D^(t) and cos(ε₊^(t), ε₊^(t+1)) over the run. */
type ReverseResult = { none: number; always: number; early: number[]; inducing: number[]; momentum: number[] }

/** Whether a negative makes the very thing when it acts early, on prompts that don't show it; and what should explain it. */
export const reverse = defineExperiment<ReverseUnit, ReverseResult>({
  name: 'reverse-activation',
  summary: 'whether a negative on an early window makes the very thing; inducing effect and momentum',
  units(size) {
    const { pairs, seeds, steps } = grids[size]
    return absent.slice(0, pairs).flatMap((pair) =>
      seedsOf(seeds).map((seed) => ({
        key: `${pairName(pair)}, seed ${seed}`,
        steps: (2 + windows.length) * steps,
        length: steps,
        pair,
        seed,
      })),
    )
  },
  async run({ pair, seed, length }, lab) {
    const { prompt, negative, attribute } = pair
    const observed = async (follow: 'with' | 'without') => {
      const seen: PromptPair[] = []
      const plugin = observer(follow, ({ positive, negative }) => {
        seen.push({ positive: positive.value, negative: negative.value })
      })
      const recipe = { prompt, negatives: [negative], seed, steps: length, guidance: plugin.name }
      const { image } = await lab.draw(recipe, { plugins: [plugin] })
      return { seen, probability: await lab.judge(image, attribute) }
    }
    const none = await observed('without')
    const always = await observed('with')
    const early: number[] = []
    for (const [from, to] of windows) {
      // Whole steps, at least one.
      const window = { from: Math.floor(from * length) / length, to: Math.max(1, Math.round(to * length)) / length }
      const { image } = await lab.draw({ prompt, negatives: [{ text: negative, window }], seed, steps: length })
      early.push(await lab.judge(image, attribute))
    }
    return {
      none: rounded([none.probability])[0],
      always: rounded([always.probability])[0],
      early: rounded(early),
      inducing: rounded(inducingEffect(always.seen, none.seen)),
      momentum: rounded(momentumCosines(none.seen.map(({ positive }) => positive))),
    }
  },
  report(results) {
    const shows = (probability: number) => (probability > 0.5 ? 1 : 0)
    const none = results.map(([, result]) => shows(result.none))
    const effects = windows.map((window, i) => ({
      window,
      effect: reverseActivation(
        results.map(([, result]) => shows(result.early[i])),
        none,
      ),
    }))
    const always = reverseActivation(
      results.map(([, result]) => shows(result.always)),
      none,
    )
    const progressOf = (index: number, length: number) => index / (length - 1)
    const inducing = results.map(([, result]) => result.inducing)
    const momentum = results.map(([, result]) => result.momentum)
    const early = inducing.map((curve) => meanOf(curve.slice(1, Math.max(2, Math.ceil(curve.length / 3)))))
    const [first, last] = [
      momentum.map((curve) => meanOf(curve.slice(0, -4))),
      momentum.map((curve) => curve.at(-1) ?? 1),
    ]
    return {
      data: {
        runs: results.length,
        shownWithoutNegative: meanOf(none),
        early: effects.map(({ window, effect }) => ({ window: [...window], ...intervalData(effect) })),
        always: intervalData(always),
        inducing: bandSeries('', inducing, progressOf).points.map(([, value]) => rounded([value])[0]),
        momentum: bandSeries('', momentum, progressOf).points.map(([, value]) => rounded([value])[0]),
        pairs: [...groupBy(results, ([{ pair }]) => pairName(pair))].map(([pair, runs]) => ({
          pair,
          none: meanOf(runs.map(([, result]) => shows(result.none))),
          always: meanOf(runs.map(([, result]) => shows(result.always))),
          early: windows.map((_, i) => meanOf(runs.map(([, result]) => shows(result.early[i])))),
        })),
      } as Findings['data'],
      figures: {
        'inducing-effect': linePlot({
          title: 'Inducing effect D^(t), mean and 95 % band',
          x: 'share of the run',
          y: '‖proj(ε₊)‖ with the negative − without',
          series: [bandSeries('D', inducing, progressOf)],
          levels: [0],
        }),
        momentum: linePlot({
          title: 'Momentum: cos(ε₊ at a call, ε₊ at the next)',
          x: 'share of the run',
          y: 'cosine',
          series: [bandSeries('cosine', momentum, progressOf)],
        }),
      },
      text: [
        `P(thing with the negative on a window) − P(thing without a negative), ${results.length} runs, ${meanOf(none).toFixed(2)} without a negative:`,
        ...effects.map(({ window: [from, to], effect }) => `  [${from}, ${to}): ${intervalText(effect)}`),
        `  always on: ${intervalText(always)}`,
        `D^(t) over the first third of the run: ${intervalText(meanInterval(early), 3)} (of ‖ε‖ about ${Math.round(Math.sqrt(2048))}).`,
        `Momentum: cosine ${intervalText(meanInterval(first), 4)} but for the last four calls, ${intervalText(meanInterval(last), 3)} at the last.`,
        'Published: above 0 for early windows (no figure given); D^(t) 0.08 to 0.23 over the first 10 of 30 steps; cosine at least 0.9985 but for the last four, 0.921 at the last.',
      ].join('\n'),
    }
  },
})
