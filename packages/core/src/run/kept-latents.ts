import type { Level } from '../prediction/prediction'
import { combine } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'

/** What a run begins from and keeps of a picture, as latents. */
export interface KeptLatents {
  /** Clean. */
  readonly latents: Tensor
  /** Per latent value: 1 where the picture is made anew, 0 where it stays; absent where nothing is kept. */
  readonly mask?: Tensor
  /** What is kept, at the level of a call of scheduler step `step`. */
  at(step: number, level: Level, noise: Tensor | undefined): Tensor
  /** Of a picture that was inverted. */
  readonly inverted?: {
    /** x at the run's first call, in the model's parameterisation. */
    readonly start: Tensor
    /** In place of the run's own noise. */
    normal?(): Tensor
    /** What the run ends short of the picture by, where it draws with the inversion's own predictions. */
    readonly residual?: Tensor
  }
}

/** What is kept of a picture with noise: α x0 + σ n. */
export const noisedLatents = (latents: Tensor, mask?: Tensor): KeptLatents => ({
  latents,
  ...(mask ? { mask } : {}),
  at: (_, { alpha, sigma }, noise = latents) =>
    combine([
      [latents, alpha],
      [noise, sigma],
    ]),
})

/** Latent blending: x where the mask is 1, what is kept where it is 0. */
export function keepOutside({ mask }: Pick<KeptLatents, 'mask'>, x: Tensor, kept: Tensor): Tensor {
  if (!mask) return x
  return { data: x.data.map((value, i) => (mask.data[i] === 1 ? value : kept.data[i])), shape: x.shape }
}
