import type { Seen } from './attention-log'

/** A map over the picture, 0 … 1. */
export interface Heat {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** The mean of a word's maps over layers and calls, on the grid of the finest layer, scaled to 0 … 1. */
export function heatOf(seen: readonly Seen[], positions: readonly number[]): Heat | undefined {
  const maps = seen.flatMap(({ capture }) => capture.layers.filter((layer) => layer.maps))
  if (maps.length === 0 || positions.length === 0) return undefined
  const width = Math.max(...maps.map((layer) => layer.width))
  const height = Math.max(...maps.map((layer) => layer.height))
  const values = new Float32Array(width * height)
  for (const layer of maps) {
    const size = layer.width * layer.height
    for (let y = 0; y < height; y++) {
      const row = Math.floor((y * layer.height) / height) * layer.width
      for (let x = 0; x < width; x++) {
        const at = row + Math.floor((x * layer.width) / width)
        for (const position of positions) values[y * width + x] += layer.maps?.[position * size + at] ?? 0
      }
    }
  }
  let [low, high] = [Number.POSITIVE_INFINITY, 0]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const range = high - low || 1
  return { width, height, values: values.map((value) => (value - low) / range) }
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
