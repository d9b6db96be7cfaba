import { NegError } from '../errors/neg-error'
import type { ModelInfo } from '../model/diffusion-model'
import type { CheckedRecipe, GuidanceSpec } from '../recipe/recipe'
import type { RunWarning } from './event'
import type { PreparedRun } from './prepared-run'

/**
 * Prepares a run whose recipe names no guidance: with the model's recommended one where that can carry out the recipe,
 * else with `general`, and a warning. Without negatives a guidance made for them has nothing to do: where it would cost
 * more rows than `general`, `general` runs.
 *
 * @param prepare of a guidance; `negatives` in place of those that have the model's window
 * @throws what `general` refuses, where the recommended guidance refuses too
 */
export function prepareRecommended(
  recommended: GuidanceSpec,
  recipe: Pick<CheckedRecipe, 'negatives'>,
  info: Pick<ModelInfo, 'id'>,
  prepare: (guidance: GuidanceSpec, negatives?: CheckedRecipe['negatives']) => PreparedRun,
): PreparedRun {
  // The model's window belongs to its guidance.
  const plain = () => prepare({ name: 'general' }, recipe.negatives ?? [])
  let own: PreparedRun
  try {
    own = prepare(recommended)
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    const instead = plain()
    return {
      ...instead,
      warnings: [
        ...instead.warnings,
        {
          code: 'recommendation-unused',
          message: `${info.id} recommends guidance '${recommended.name}', which can't draw this, so 'general' does. ${error.message}`,
        },
      ],
    }
  }
  if ((recipe.negatives ?? []).length > 0 || recommended.name === 'general') return own
  // Its further passes are the picture's, not the negatives'.
  if (own.resolved.guidance.requires?.includes('read-image')) return own
  const instead = plain()
  const rows = ({ costs }: PreparedRun) => costs.reduce((sum, { max }) => sum + max, 0)
  return rows(own) > rows(instead) ? instead : own
}

/** What a recipe leaves to settings that nobody said of this model. */
export function assumptionWarnings(
  recipe: Pick<CheckedRecipe, 'scale' | 'steps' | 'timesteps' | 'sigmas' | 'scheduler'>,
  { id, recommended }: Pick<ModelInfo, 'id' | 'recommended'>,
): RunWarning[] {
  if (!recommended?.assumed) return []
  const { settings, because } = recommended.assumed
  const walked = recipe.timesteps !== undefined || recipe.sigmas !== undefined
  const taken = settings.filter((name) => recipe[name] === undefined && !(name === 'steps' && walked))
  if (taken.length === 0) return []
  const values = {
    scale: `scale ${recommended.scale}`,
    steps: `${recommended.steps} step${recommended.steps === 1 ? '' : 's'}`,
    scheduler: `${recommended.scheduler?.name} ${JSON.stringify(recommended.scheduler?.config)}`,
  }
  return [
    {
      code: 'settings-assumed',
      message:
        `${taken.map((name) => values[name]).join(', ')}: assumed for ${id}, because ${because}. ` +
        `Say ${taken.join(' and ')}, in the recipe or in the model's neg.json, where that is not so.`,
    },
  ]
}
