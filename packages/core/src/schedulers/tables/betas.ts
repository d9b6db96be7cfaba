import { NegError } from '../../errors/neg-error'
import type { TrainingConfig } from './training-config'
import { rescaleToZeroSnr } from './zero-snr'

const { fround } = Math

/**
 * The βs of the training schedule. In float32, as diffusers holds them: 1 − ᾱ at the first timesteps is known to 4 digits
 * only, so a float64 table would be another schedule.
 * @throws `scheduler-option-invalid` where `trained_betas` has another length than `num_train_timesteps`
 */
export function trainingBetas(config: TrainingConfig): number[] {
  const betas = scheduledBetas(config)
  return config.rescale_betas_zero_snr ? rescaleToZeroSnr(betas) : betas
}

function scheduledBetas(config: TrainingConfig): number[] {
  const { num_train_timesteps: count, beta_start: start, beta_end: end, trained_betas: given } = config
  if (given !== null) {
    if (given.length !== count) {
      throw new NegError(
        'scheduler-option-invalid',
        `trained_betas has ${given.length} values, num_train_timesteps is ${count}; they must be equal.`,
        { where: 'scheduler.config.trained_betas' },
      )
    }
    return given.map(fround)
  }
  switch (config.beta_schedule) {
    case 'linear':
      return linspace(start, end, count)
    case 'scaled_linear':
      return linspace(start ** 0.5, end ** 0.5, count).map((x) => fround(x * x))
    case 'squaredcos_cap_v2':
      return betasForAlphaBar(count, (t) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2)
    case 'exp':
      return betasForAlphaBar(count, (t) => Math.exp(-12 * t))
    case 'laplace':
      return betasForAlphaBar(count, laplaceAlphaBar)
    case 'sigmoid':
      return linspace(-6, 6, count).map((x) => fround(fround(fround(1 / (1 + Math.exp(-x))) * (end - start)) + start))
  }
}

/** torch.linspace in float32: from either end inwards, product and sum fused. */
function linspace(start: number, end: number, count: number): number[] {
  const [first, last] = [fround(start), fround(end)]
  const step = fround(fround(last - first) / (count - 1))
  return Array.from({ length: count }, (_, i) =>
    fround(i < Math.floor(count / 2) ? first + step * i : last - step * (count - 1 - i)),
  )
}

/** β_i = 1 − ᾱ((i + 1)/T) / ᾱ(i/T), at most 0.999 (Nichol & Dhariwal 2021, eq. 17). */
function betasForAlphaBar(count: number, alphaBar: (t: number) => number): number[] {
  return Array.from({ length: count }, (_, i) =>
    fround(Math.min(1 - alphaBar((i + 1) / count) / alphaBar(i / count), 0.999)),
  )
}

function laplaceAlphaBar(t: number): number {
  const lambda = -0.5 * (t > 0.5 ? -1 : 1) * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6)
  const snr = Math.exp(lambda)
  return Math.sqrt(snr / (1 + snr))
}
