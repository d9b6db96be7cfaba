import type { Pixels, Tensor } from '@neg/core'
import { type AttentionSample, heatMap, samplesOf } from '@neg/core/analysis'
import { contactSheet, type SheetPicture } from '../sheet/contact-sheet'

/** Stops of the inferno colour map. */
const stops = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
]

/** A heat map over a greyed picture of the same size: its least value dark, its largest bright. */
export function overlay({ width, height, data }: Pixels, heat: Tensor): Pixels {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of heat.data) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const mixed = new Uint8ClampedArray(data.length)
  heat.data.forEach((value, i) => {
    const place = ((value - low) / (high - low || 1)) * (stops.length - 1)
    const at = Math.min(stops.length - 2, Math.floor(place))
    const grey = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]
    for (let c = 0; c < 3; c++) {
      const color = stops[at][c] + (place - at) * (stops[at + 1][c] - stops[at][c])
      mixed[4 * i + c] = 0.4 * grey + 0.6 * color
    }
    mixed[4 * i + 3] = 255
  })
  return { width, height, data: mixed }
}

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
      return { image: overlay(image, heatMap(seen, words[role], { width, height })), label: `${step}: ${words[role]}` }
    })
  const plain = shown.map(([step, image]) => ({ image, label: `step ${step}` }))
  return contactSheet([...plain, ...of('positive'), ...of('negative')], { columns: shown.length })
}
