import { NegError } from '../errors/neg-error'
import { resolveGuidance } from '../guidance/resolve'
import type { SchedulerSpec } from '../model/parameterisation'
import { checkPlugins } from '../plugins/check-plugins'
import type { Plugin } from '../plugins/plugin'
import { parseSeed } from '../random/seed'
import { parseRecipe } from '../recipe/parse'
import type { CheckedRecipe } from '../recipe/recipe'
import { findScheduler } from '../schedulers/registry'
import { checkSize } from './check-size'
import type { RunOptions } from './run'

/** Pixels an edge of a latent cell covers in every model there is; a model may ask for more. */
const cell = 8

/**
 * Everything about a recipe that can be checked before a model is loaded: its form, seed, sizes, names and options of
 * guidance and scheduler. `generate` does it too.
 *
 * @throws `plugin-invalid`, `recipe-invalid`, `prompt-invalid`, `seed-invalid`, `size-invalid`, `guidance-unknown`, `guidance-option-invalid`,
 * `scheduler-unknown`, `scheduler-option-unknown`, `scheduler-option-invalid`
 */
export function checkRecipe(input: unknown, options: Pick<RunOptions, 'plugins'> = {}): CheckedRecipe {
  const recipe = parseRecipe(input)
  if (recipe.seed !== undefined) parseSeed(recipe.seed)
  checkSize(recipe, cell, 'models draw')
  const { plugins = [] } = options
  checkPlugins(plugins)
  if (recipe.guidance) resolveGuidance(recipe.guidance, plugins)
  if (recipe.scheduler) checkScheduler(recipe.scheduler, plugins)
  return recipe
}

function checkScheduler({ name, version, config }: SchedulerSpec, plugins: readonly Plugin[]): void {
  const entry = findScheduler(name, { plugins })
  if (version !== undefined && version !== entry.version) {
    const found = entry.version === undefined ? 'is one of neg’s own, without a version' : `is version ${entry.version}`
    throw new NegError(
      'scheduler-unknown',
      `The recipe asks for scheduler '${name}' version ${version}; this ${found}.`,
      {
        where: 'scheduler.version',
      },
    )
  }
  entry.check(config)
}
