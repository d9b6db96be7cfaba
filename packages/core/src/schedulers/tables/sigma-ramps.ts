import * as z from 'zod'
import { NegError } from '../../errors/neg-error'
import { betaQuantile } from './beta-quantile'
import { linspace } from './timestep-spacing'

export const rampShape = {
  use_karras_sigmas: z.boolean().default(false).describe('Space the σs as Karras et al. 2022, eq. 5, ρ = 7.'),
  use_exponential_sigmas: z.boolean().default(false).describe('Space the σs evenly in ln σ.'),
  use_beta_sigmas: z
    .boolean()
    .default(false)
    .describe('Space the σs by quantiles of a beta distribution (Lee et al. 2024, α = β = 0.6).'),
}

interface RampConfig {
  readonly use_karras_sigmas: boolean
  readonly use_exponential_sigmas: boolean
  readonly use_beta_sigmas: boolean
}

/** (σ_max^(1/ρ) + r (σ_min^(1/ρ) − σ_max^(1/ρ)))^ρ for r from 0 to 1 (Karras et al. 2022, eq. 5). */
export function karrasSigmas(least: number, most: number, count: number, rho = 7): number[] {
  const [low, high] = [least ** (1 / rho), most ** (1 / rho)]
  return linspace(0, 1, count).map((r) => (high + r * (low - high)) ** rho)
}

/** Even in ln σ. */
export const exponentialSigmas = (least: number, most: number, count: number): number[] =>
  linspace(Math.log(most), Math.log(least), count).map(Math.exp)

/** σ_min + F⁻¹(1 − r) (σ_max − σ_min), F the beta distribution's (Lee et al. 2024, "Beta sampling is all you need"). */
export const betaSigmas = (least: number, most: number, count: number): number[] =>
  linspace(0, 1, count).map((r) => least + betaQuantile(1 - r, 0.6, 0.6) * (most - least))

export type Ramp = (least: number, most: number, count: number) => number[]

/**
 * The spacing that the configuration asks for, if any.
 * @throws `scheduler-option-invalid` for more than one
 */
export function rampOf(config: RampConfig): Ramp | undefined {
  const asked = [
    config.use_karras_sigmas && (karrasSigmas as Ramp),
    config.use_exponential_sigmas && exponentialSigmas,
    config.use_beta_sigmas && betaSigmas,
  ].filter((ramp) => ramp !== false)
  if (asked.length > 1) {
    throw new NegError(
      'scheduler-option-invalid',
      'Only one of use_karras_sigmas, use_exponential_sigmas and use_beta_sigmas can be true.',
      { where: 'scheduler.config' },
    )
  }
  return asked[0]
}
