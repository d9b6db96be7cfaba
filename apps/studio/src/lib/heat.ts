import { type AttentionSample, heatMap } from '@neg/core/analysis'
import { gridOf } from './attention'

/** A map over the picture, 0 … 1. */
export interface Heat {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** Where a prompt's word was looked at over all calls, scaled to 0 … 1. */
export function heatOf(samples: readonly AttentionSample[], word: number): Heat | undefined {
  const grid = gridOf(samples)
  if (!grid || !samples[0].tokens[word]) return undefined
  const { data } = heatMap(samples, word, grid)
  const low = data.reduce((least, value) => Math.min(least, value))
  const high = data.reduce((most, value) => Math.max(most, value))
  return { ...grid, values: data.map((value) => (value - low) / (high - low || 1)) }
}

/** Stops of the inferno colour map. */
const stops = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
]

/** A heat map as RGBA: dark and clear where cold, bright and opaque where hot. */
export function heatPixels({ width, height, values }: Heat): ImageData {
  const data = new Uint8ClampedArray(width * height * 4)
  values.forEach((value, i) => {
    const at = Math.min(stops.length - 2, Math.floor(value * (stops.length - 1)))
    const share = value * (stops.length - 1) - at
    for (let c = 0; c < 3; c++) data[i * 4 + c] = stops[at][c] + share * (stops[at + 1][c] - stops[at][c])
    data[i * 4 + 3] = 60 + 150 * value
  })
  return new ImageData(data, width, height)
}
