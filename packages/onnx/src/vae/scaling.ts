import { type Tensor, tensor } from '@neg/core'
import type { VaeConfig } from '../folder/vae-config'

const at = (values: number | readonly number[], channel: number): number =>
  typeof values === 'number' ? values : values[channel]

/** f(value, factor, shift) of every latent value, with its channel's factor and shift. */
function perChannel(
  latents: Tensor,
  { factor, shift }: VaeConfig,
  f: (value: number, factor: number, shift: number) => number,
): Tensor {
  const [channels] = latents.shape
  const area = latents.data.length / channels
  return tensor(
    latents.data.map((value, i) => {
      const channel = Math.floor(i / area)
      return f(value, at(factor, channel), at(shift, channel))
    }),
    latents.shape,
  )
}

/** The denoising loop's latents as the VAE wants them: x / factor + shift. */
export const toVae = (latents: Tensor, config: VaeConfig): Tensor =>
  perChannel(latents, config, (x, factor, shift) => x / factor + shift)

/** The VAE's latents as the denoising loop wants them: (z − shift) · factor. */
export const fromVae = (latents: Tensor, config: VaeConfig): Tensor =>
  perChannel(latents, config, (z, factor, shift) => (z - shift) * factor)

/** log variance of the loop's latents from that of the VAE's: + 2 ln |factor|. */
export const logVarianceFromVae = (logVariance: Tensor, config: VaeConfig): Tensor =>
  perChannel(logVariance, config, (v, factor) => v + 2 * Math.log(Math.abs(factor)))
