import { vpLevel } from '../../prediction/level'
import type { Level } from '../../prediction/prediction'
import { cumulativeAlphas } from './alphas-cumprod'
import { trainingBetas } from './betas'
import type { TrainingConfig } from './training-config'

/** The schedule a network was trained on, one entry a training step. */
export interface TrainingTable {
  readonly betas: readonly number[]
  readonly alphasCumprod: readonly number[]
  /** σ/α = √((1 − ᾱ)/ᾱ), ascending; float32, as ᾱ. */
  readonly sigmas: readonly number[]
}

const { fround } = Math

/** Terminal ᾱ where zero terminal SNR must stay finite: diffusers' floor for the classes that divide by it. */
const terminalFloor = 2 ** -24

/** The last table and what it was made from: most programs have one model, and each of its runs asks for the same. */
let last: { readonly from: string; readonly table: TrainingTable } | undefined

/** @param finite Keep the last σ finite under `rescale_betas_zero_snr` (the σ-space classes divide by ᾱ). */
export function trainingTable(config: TrainingConfig, finite: boolean): TrainingTable {
  const { num_train_timesteps, beta_start, beta_end, beta_schedule, trained_betas, rescale_betas_zero_snr } = config
  const rescaled = rescale_betas_zero_snr ? { finite } : null
  const from = JSON.stringify([num_train_timesteps, beta_start, beta_end, beta_schedule, trained_betas, rescaled])
  if (last?.from === from) return last.table
  const table = tableFrom(config, finite)
  last = { from, table }
  return table
}

function tableFrom(config: TrainingConfig, finite: boolean): TrainingTable {
  const betas = trainingBetas(config)
  const alphasCumprod = cumulativeAlphas(betas)
  if (finite && config.rescale_betas_zero_snr) alphasCumprod[alphasCumprod.length - 1] = terminalFloor
  return { betas, alphasCumprod, sigmas: alphasCumprod.map((a) => fround(Math.sqrt(fround((1 - a) / a)))) }
}

/** The level of a whole training timestep. */
export const trainedLevel = (table: TrainingTable, t: number): Level => vpLevel(t, table.alphasCumprod[t])
