import { NegError } from '../errors/neg-error'
import { resolveGuidance } from '../guidance/resolve'
import type { DiffusionModel, ModelInfo } from '../model/diffusion-model'
import type { CheckedRecipe, GuidanceSpec, Recipe } from '../recipe/recipe'
import { checkSchedule } from '../schedulers/check-schedule'
import { createScheduler, findScheduler } from '../schedulers/registry'
import { checkGuidance } from './capabilities'
import { checkRecipe } from './check-recipe'
import { composeAnd } from './compose-and'
import { evaluationCosts } from './evaluation-cost'
import type { RunWarning } from './event'
import { type GenerateInput, withCurves, withoutFunctions } from './functions-of-progress'
import { inversionPlan } from './inversion-plan'
import { checkModel } from './misuse'
import type { PreparedRun } from './prepared-run'
import { timedPrompts } from './prompts'
import { assumptionWarnings, prepareRecommended } from './recommended'
import { resolveRecipe } from './resolve-recipe'
import type { RunOptions } from './run'

/** Image to image runs whole steps; where pipelines round up, a share that is rounded down to as many. */
const strengthOf = (strength: number, steps: number, { walk }: Pick<ModelInfo, 'walk'>): number =>
  walk?.strength === 'up' ? Math.min(1, (steps - Math.floor(steps - steps * strength) + 0.25) / steps) : strength

/** A length for T5 on a model that is drawn without it. */
const unreadLength = (
  { maxSequenceLength }: Pick<CheckedRecipe, 'maxSequenceLength'>,
  { id, sequenceLength }: Pick<ModelInfo, 'id' | 'sequenceLength'>,
): RunWarning[] =>
  maxSequenceLength === undefined || sequenceLength?.most !== 0
    ? []
    : [{ code: 'sequence-length-unused', message: `maxSequenceLength has no effect: ${id} is drawn without T5.` }]

/** Everything that can be refused is refused here: no weight is read, no network runs. */
export function prepareRun(
  model: Pick<DiffusionModel, 'info' | 'provides'>,
  input: GenerateInput,
  options: Pick<RunOptions, 'models' | 'plugins'> = {},
): PreparedRun {
  checkModel(model)
  const { info } = model
  const checked = checkRecipe(withoutFunctions(input), options)
  const asked = resolveRecipe(checked, info, model.provides)
  const scheduler = createScheduler(asked.scheduler, info.scheduler, options.plugins)
  if (scheduler.inverse) refuseInverse(scheduler.name)
  const { version } = findScheduler(scheduler.name, options)
  const { channels, pixelsPer, frames } = info.latent
  const time = frames === undefined ? [] : [frames]
  const latentShape = [channels, ...time, asked.height / pixelsPer, asked.width / pixelsPer]
  const request = {
    ...(asked.timesteps
      ? { timesteps: asked.timesteps }
      : asked.sigmas
        ? { sigmas: asked.sigmas }
        : { steps: asked.steps }),
    ...(asked.image ? { strength: strengthOf(asked.image.strength, asked.steps, info) } : {}),
    ...(info.walk?.sigmas === 'even' ? { even: true } : {}),
    latentShape,
  }
  const schedule = scheduler.schedule(request)
  checkSchedule(scheduler, schedule)
  const walked = {
    ...asked,
    steps: schedule.steps,
    scheduler: { name: scheduler.name, ...(version === undefined ? {} : { version }), config: scheduler.config },
  }
  const { scale } = withCurves(walked, input)
  const warnings = [
    ...assumptionWarnings(typeof input.scale === 'function' ? { ...checked, scale } : checked, info),
    ...reductionWarnings(asked),
    ...unreadLength(checked, info),
  ]
  const prepare = (guidance: GuidanceSpec, negatives = asked.negatives): PreparedRun => {
    const composed = composeAnd({ ...withCurves({ ...walked, negatives }, input), guidance })
    const resolved = resolveGuidance(composed.guidance, options.plugins)
    const recipe = { ...composed, guidance: resolved.spec }
    checkGuidance(resolved.guidance, recipe, scheduler, model, options)
    const prompts = timedPrompts(recipe, resolved.guidance.roles)
    const { distilled } = info
    const plan = { recipe, scheduler, schedule, prompts, distilled, separate: resolved.guidance.separate === true }
    const inversion = inversionPlan(plan, request, options.plugins)
    return {
      plan,
      resolved,
      latentShape,
      costs: evaluationCosts(plan, resolved.guidance),
      warnings,
      ...(inversion ? { inversion } : {}),
    }
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

/** A region that is drawn with less than half of its pixels comes back less sharp where it is drawn anew. */
function reductionWarnings({ image, width, height }: Pick<Recipe, 'image' | 'width' | 'height'>): RunWarning[] {
  const { region } = image ?? {}
  if (!region || region.width * region.height <= 2 * width * height) return []
  return [
    {
      code: 'region-reduced',
      message:
        `${region.width}×${region.height} pixels of the picture are drawn at ${width}×${height} and enlarged again, so what changes is less ` +
        'sharp than the rest. A mask that is given, around a smaller thing, has a smaller region drawn.',
    },
  ]
}
