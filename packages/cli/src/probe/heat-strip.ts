import type { Pixels } from '@neg/core'
import { type AttentionSample, heatMap, heatOverlay, samplesOf } from '@neg/core/analysis'
import { contactSheet, type SheetPicture } from '../sheet/contact-sheet'

/**
 * A strip over time: the predicted picture, and over it where it attends to the prompt's word and to the negative's; a
 * column a moment.
 */
export function heatStrip(
  samples: readonly AttentionSample[],
  previews: ReadonlyMap<number, Pixels>,
  words: { readonly positive: string; readonly negative: string },
): Pixels {
  const shown = [...previews].sort(([a], [b]) => a - b)
  const of = (role: 'positive' | 'negative'): SheetPicture[] =>
    shown.map(([step, image]) => {
      const seen = samplesOf(samples, { role }).filter((sample) => sample.step === step)
      const { width, height } = image
      return {
        image: heatOverlay(image, heatMap(seen, words[role], { width, height })),
        label: `${step}: ${words[role]}`,
      }
    })
  const plain = shown.map(([step, image]) => ({ image, label: `step ${step}` }))
  return contactSheet([...plain, ...of('positive'), ...of('negative')], { columns: shown.length })
}
