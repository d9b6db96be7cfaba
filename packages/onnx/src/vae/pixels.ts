import { NegError, type Pixels, type Tensor, tensor } from '@neg/core'
import { maskLight } from '@neg/core/internal'

/**
 * [3, H, W] in [−1, 1] to opaque pixels: round(255 · clamp(x / 2 + 0.5, 0, 1)) in float32, as diffusers' image processor.
 * @throws `decode-not-finite`
 */
export function toPixels({ data, shape }: Tensor): Pixels {
  const [channels, height, width] = shape
  const area = height * width
  // Writing into it clamps, and rounds halves to even as numpy does.
  const pixels = new Uint8ClampedArray(area * 4)
  for (let c = 0; c < 3; c++) {
    const plane = channels === 1 ? 0 : c * area
    for (let i = 0; i < area; i++) {
      const x = data[plane + i]
      if (!Number.isFinite(x)) throw notFinite()
      pixels[i * 4 + c] = Math.fround(Math.fround(x / 2 + 0.5) * 255)
    }
  }
  for (let i = 3; i < pixels.length; i += 4) pixels[i] = 255
  return { width, height, data: pixels }
}

const notFinite = () =>
  new NegError(
    'decode-not-finite',
    'The VAE decoder gave values that are no numbers. float16 decoders of SDXL do that: use a float32 one ' +
      "(dtype { vae_decoder: 'fp32' }), or lower the scale if the latents themselves ran away.",
  )

/** Pixels to [3, H, W] in [0, 1], as what a ControlNet reads: v / 255; alpha is left out, as in diffusers. */
export function unitPixels({ data, width, height }: Pixels): Tensor {
  const area = width * height
  const values = new Float32Array(3 * area)
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) values[c * area + i] = data[i * 4 + c] / 255
  }
  return tensor(values, [3, height, width])
}

/** Pixels to [3, H, W] in [−1, 1]: 2 · v / 255 − 1, and 0 where `hide` is light; alpha is left out, as in diffusers. */
export function fromPixels({ data, width, height }: Pixels, hide?: Pixels): Tensor {
  const area = width * height
  const values = new Float32Array(3 * area)
  const hidden = hide && maskLight(hide)
  for (let i = 0; i < area; i++) {
    if (hidden && hidden[i] >= 0.5) continue
    for (let c = 0; c < 3; c++) values[c * area + i] = 2 * Math.fround(data[i * 4 + c] / 255) - 1
  }
  return tensor(values, [3, height, width])
}
