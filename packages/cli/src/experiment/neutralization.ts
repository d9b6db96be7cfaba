import type { Pixels } from '@neg/core'
import { meanInterval, oneStepDifference } from '@neg/core/analysis'
import { convert, type Prediction } from '@neg/core/guidance'
import { linePlot } from '@neg/core/internal'
import { cosine, minus, norm } from '@neg/core/tensor'
import { contactSheet } from '../sheet/contact-sheet'
import { defineExperiment, type Findings, grids, type Lab, rounded, seedsOf } from './experiment'
import { type Observed, observer } from './observer'
import { nouns, pairName, type SeenPair } from './pairs'
import { bandSeries, groupBy, intervalData, intervalText, meanCurve } from './statistics'

interface NeutralUnit {
  readonly key: string
  readonly steps: number
  readonly length: number
  readonly pair: SeenPair
  readonly seed: number
  /** The first of all is shown as pictures. */
  readonly shown: boolean
}

/**
 * At every call of a run without the negative: how alike what the negative would take away at this one step is to the
 * thing that it removes in the end (cosine), and how large, as a share of that.
 */
type NeutralResult = { cosine: number[]; size: number[] }

/** Whether a negative deletes by cancelling: its one-step difference against the thing it removes. */
export const neutralization = defineExperiment<NeutralUnit, NeutralResult>({
  name: 'neutralization',
  summary: 'whether a negative deletes by cancelling: its one-step difference against the thing that it removes',
  units(size) {
    const { pairs, seeds, steps } = grids[size]
    return nouns.slice(0, pairs).flatMap((pair, p) =>
      seedsOf(seeds).map((seed) => ({
        key: `${pairName(pair)}, seed ${seed}`,
        steps: 2 * steps,
        length: steps,
        pair,
        seed,
        shown: p === 0 && seed === 1,
      })),
    )
  },
  async run({ pair, seed, length, shown }, lab) {
    const { prompt, negative } = pair
    const seen: Observed[] = []
    const plugin = observer('without', (observed) => seen.push(observed))
    const recipe = { prompt, negatives: [negative], seed, steps: length }
    const none = await lab.draw({ ...recipe, guidance: plugin.name }, { plugins: [plugin] })
    const always = await lab.draw(recipe)
    // The thing: what the picture without the negative has and the one with it has not.
    const thing = minus(none.latents, always.latents)
    const taken = seen.map(({ withNegative, without }) => oneStepDifference(without, withNegative))
    if (shown) await lab.keep('neutralization', await pictures(seen, none.image, always.image, lab))
    return {
      cosine: rounded(taken.map((difference) => cosine(difference, thing))),
      size: rounded(taken.map((difference) => norm(difference) / norm(thing))),
    }
  },
  report(results) {
    const progressOf = (index: number, length: number) => index / (length - 1)
    const cosines = results.map(([, result]) => result.cosine)
    const mean = meanCurve(cosines)
    const best = mean.indexOf(Math.max(...mean))
    const at = meanInterval(cosines.map((curve) => curve[best]))
    const start = meanInterval(cosines.map((curve) => curve[0]))
    return {
      data: {
        runs: results.length,
        cosine: rounded(mean),
        size: rounded(meanCurve(results.map(([, result]) => result.size))),
        start: intervalData(start),
        best: { at: progressOf(best, mean.length), ...intervalData(at) },
        pairs: [...groupBy(results, ([{ pair }]) => pairName(pair))].map(([pair, runs]) => ({
          pair,
          cosine: rounded(meanCurve(runs.map(([, result]) => result.cosine))),
        })),
      } as Findings['data'],
      figures: {
        neutralization: linePlot({
          title: 'Is what the negative takes away at one step the thing that it removes?',
          x: 'share of the run',
          y: 'cosine',
          series: [bandSeries('cosine', cosines, progressOf)],
          levels: [0],
        }),
      },
      text: [
        `What the negative takes from the predicted clean image at one step, against the thing that it removes in the end: cosine ${intervalText(start)} at the start,`,
        `at most ${intervalText(at)} at ${progressOf(best, mean.length).toFixed(2)} of the run (${results.length} runs; two random directions have 0.00 ± 0.02).`,
        'Published: the one-step difference shows the thing with its sign turned (pictures only). By arithmetic that difference is (1 − s)(d_n − d_∅): whatever the',
        'negative prompt alone would paint, turned around; what is measured here is whether that is the thing in this picture.',
      ].join('\n'),
    }
  },
})

/** At several moments: the picture predicted without and with the negative, and their difference, doubled, around grey. */
async function pictures(seen: readonly Observed[], none: Pixels, always: Pixels, lab: Lab): Promise<Pixels> {
  const calls = [0.1, 0.2, 0.3, 0.5, 0.7].map((share) => Math.round(share * (seen.length - 1)))
  const rows: { image: Pixels; label: string }[][] = [[], [], []]
  for (const call of calls) {
    const { withNegative, without } = seen[call]
    const clean = (prediction: Prediction) => lab.decode(convert(prediction, 'x0').value)
    const [plain, pushed] = [await clean(without), await clean(withNegative)]
    rows[0].push({ image: plain, label: `${call}: without` })
    rows[1].push({ image: pushed, label: `${call}: with` })
    rows[2].push({ image: amplified(pushed, plain), label: `${call}: difference` })
  }
  rows[0].push({ image: none, label: 'end: without' })
  rows[1].push({ image: always, label: 'end: with' })
  rows[2].push({ image: amplified(always, none), label: 'end: difference' })
  return contactSheet(rows.flat(), { columns: calls.length + 1 })
}

/** (a − b) around middle grey, as the article shows it. */
function amplified(a: Pixels, b: Pixels): Pixels {
  const data = new Uint8ClampedArray(a.data.length)
  for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : 128 + 2 * (a.data[i] - b.data[i])
  return { width: a.width, height: a.height, data }
}
