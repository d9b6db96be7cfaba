import type { DiffusionModel } from '../model/diffusion-model'
import { type CostPlan, costOf } from './cost'
import type { GenerateInput } from './functions-of-progress'
import { prepareRun } from './prepare-run'
import type { RunOptions } from './run'

/**
 * The passes of a run: exact for linear guidance, honest bounds for the rest; `generate` stays inside. Runs no network.
 * @throws whatever `generate` would refuse.
 */
export function plan(
  recipe: GenerateInput,
  model: Pick<DiffusionModel, 'info' | 'provides'>,
  options: Pick<RunOptions, 'models' | 'plugins'> = {},
): CostPlan {
  return costOf(prepareRun(model, recipe, options))
}
