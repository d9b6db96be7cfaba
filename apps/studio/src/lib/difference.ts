import type { Pixels } from '@neg/core'

/** How two pictures of one size differ: grey where they are alike, as bright or dark in each colour as the second is more or less. */
export function difference(a: Pixels, b: Pixels, gain = 2): ImageData {
  const data = new Uint8ClampedArray(a.data.length)
  for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : 128 + gain * (b.data[i] - a.data[i])
  return new ImageData(data, a.width, a.height)
}
