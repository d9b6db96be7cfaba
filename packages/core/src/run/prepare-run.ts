import { NegError } from '../errors/neg-error'
import { resolveGuidance } from '../guidance/resolve'
import type { DiffusionModel } from '../model/diffusion-model'
import type { GuidanceSpec } from '../recipe/recipe'
import { checkSchedule } from '../schedulers/check-schedule'
import { createScheduler, findScheduler } from '../schedulers/registry'
import { checkGuidance } from './capabilities'
import { checkRecipe } from './check-recipe'
import { composeAnd } from './compose-and'
import { evaluationCosts } from './evaluation-cost'
import { type GenerateInput, withCurves, withoutFunctions } from './functions-of-progress'
import { checkAwaited } from './misuse'
import type { PreparedRun } from './prepared-run'
import { timedPrompts } from './prompts'
import { assumptionWarnings, prepareRecommended } from './recommended'
import { resolveRecipe } from './resolve-recipe'
import type { RunOptions } from './run'

/** Everything that can be refused is refused here: no weight is read, no network runs. */
export function prepareRun(
  model: Pick<DiffusionModel, 'info' | 'provides'>,
  input: GenerateInput,
  options: Pick<RunOptions, 'models' | 'plugins'> = {},
): PreparedRun {
  checkAwaited(model)
  const { info } = model
  const checked = checkRecipe(withoutFunctions(input), options)
  const asked = resolveRecipe(checked, info)
  const scheduler = createScheduler(asked.scheduler, info.scheduler, options.plugins)
  if (scheduler.inverse) refuseInverse(scheduler.name)
  const { version } = findScheduler(scheduler.name, options)
  const { channels, pixelsPer, frames } = info.latent
  const time = frames === undefined ? [] : [frames]
  const latentShape = [channels, ...time, asked.height / pixelsPer, asked.width / pixelsPer]
  const schedule = scheduler.schedule({
    ...(asked.timesteps
      ? { timesteps: asked.timesteps }
      : asked.sigmas
        ? { sigmas: asked.sigmas }
        : { steps: asked.steps }),
    ...(asked.image ? { strength: asked.image.strength } : {}),
    latentShape,
  })
  checkSchedule(scheduler, schedule)
  const walked = {
    ...asked,
    steps: schedule.steps,
    scheduler: { name: scheduler.name, ...(version === undefined ? {} : { version }), config: scheduler.config },
  }
  const { scale } = withCurves(walked, input)
  const warnings = assumptionWarnings(typeof input.scale === 'function' ? { ...checked, scale } : checked, info)
  const prepare = (guidance: GuidanceSpec, negatives = asked.negatives): PreparedRun => {
    const composed = composeAnd({ ...withCurves({ ...walked, negatives }, input), guidance })
    const resolved = resolveGuidance(composed.guidance, options.plugins)
    const recipe = { ...composed, guidance: resolved.spec }
    checkGuidance(resolved.guidance, recipe, scheduler, model, options)
    const prompts = timedPrompts(recipe, resolved.guidance.roles)
    const { distilled } = info
    const plan = { recipe, scheduler, schedule, prompts, distilled, separate: resolved.guidance.separate === true }
    return { plan, resolved, latentShape, costs: evaluationCosts(plan, resolved.guidance), warnings }
  }
  const recommended = checked.guidance ? undefined : info.recommended?.guidance
  return recommended ? prepareRecommended(recommended, checked, info, prepare) : prepare(asked.guidance)
}

function refuseInverse(name: string): never {
  throw new NegError(
    'scheduler-mismatch',
    `${name} walks from a picture to the noise that leads to it, and draws none. Choose the scheduler that it is the inverse of.`,
    { where: 'scheduler.name' },
  )
}
