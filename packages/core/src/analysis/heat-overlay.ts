import { NegError } from '../errors/neg-error'
import type { Pixels } from '../image/pixels'
import type { Tensor } from '../tensor/tensor'

/** Stops of the inferno colour map. */
const stops = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
]

/**
 * A heat map over a greyed picture of the same size: its least value dark, its largest bright (matplotlib's `inferno`).
 *
 * @example
 * const heat = heatMap(samplesOf(samples, { role: 'negative' }), 'glasses', image)
 * await writeFile('glasses.png', await writePng(heatOverlay(image, heat)))
 *
 * @param heat [height, width] of the picture, as `heatMap` gives it
 * @throws `option-invalid` for a map of another size
 * @experimental
 */
export function heatOverlay({ width, height, data }: Pixels, heat: Tensor): Pixels {
  if (heat.data.length !== width * height) {
    throw new NegError(
      'option-invalid',
      `The heat map is ${heat.shape.join(' × ')} and the picture ${height} × ${width}: make the map at the picture's size.`,
    )
  }
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
