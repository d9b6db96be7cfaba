import { NegError } from '../errors/neg-error'
import type { Guidance } from '../guidance/guidance'
import type { DiffusionModel, ModelInfo } from '../model/diffusion-model'
import type { SchedulerSpec } from '../model/parameterisation'
import type { Requirement } from '../model/requirement'
import type { Plugin } from '../plugins/plugin'
import type { GuidanceSpec, Recipe } from '../recipe/recipe'
import { createScheduler, schedulerEntries } from '../schedulers/registry'
import type { Scheduler } from '../schedulers/scheduler'
import { checkFurtherModel } from './further-models'
import type { RunOptions } from './run'

/** The names of the schedulers that provide something with a model, as a recipe would call them. */
function schedulersWith(need: Requirement, own: SchedulerSpec, plugins: readonly Plugin[]): string[] {
  return schedulerEntries(plugins).flatMap(({ name, aliases }) => {
    try {
      const { provides } = createScheduler({ name, config: {} }, own, plugins)
      return provides.has(need as 'scheduler.split') ? [aliases[0] ?? name] : []
    } catch (error) {
      // Of another kind of model.
      if (NegError.isInstance(error)) return []
      throw error
    }
  })
}

/** What would provide a requirement, for the error's last sentence. */
export function remedy(
  requirement: Requirement,
  { scheduler }: Pick<ModelInfo, 'scheduler'>,
  plugins: readonly Plugin[] = [],
): string {
  if (requirement.startsWith('scheduler.')) {
    const names = schedulersWith(requirement, scheduler, plugins)
    if (names.length === 0) return 'no scheduler of this model’s kind does'
    return `choose a scheduler that does: ${names.map((name) => `'${name}'`).join(', ')}`
  }
  if (requirement.startsWith('attention.')) {
    return (
      'its graph must be at hand, with attention that no optimizer fused: export without --optimize (Optimum’s default), or ' +
      'give onnxruntime’s transformers optimizer --disable_attention'
    )
  }
  if (requirement.startsWith('gradient:')) {
    return `the model folder needs a '${requirement.slice('gradient:'.length).replaceAll('-', '_')}' network`
  }
  if (requirement.startsWith('model:')) {
    const name = requirement.slice('model:'.length)
    return `pass it in options.models as '${name}' (on the command line --further-model ${name}=FOLDER)`
  }
  if (requirement === 'read-image') {
    return "choose a model that edits pictures which it reads (InstructPix2Pix), or another guidance: 'general'"
  }
  return 'the model folder needs a vae_encoder'
}

/** A guidance with what it wraps, `window(cfg-plus-plus)`: a need may be the inner one's. */
const titleOf = ({ name, of = [] }: GuidanceSpec): string => {
  const inner = of.map(titleOf)
  return inner.every((title) => title === 'general') ? name : `${name}(${inner.join(', ')})`
}

/**
 * A negative is never dropped in silence where a model's own way of being drawn leaves no place for it: a network that was distilled is
 * drawn in one pass, with guidance in its weights. @throws `negative-unsupported` naming the ways, and what each costs
 */
function checkNegativesAct({ inNetwork }: Guidance<string>, recipe: Recipe, info: ModelInfo): void {
  if (recipe.negatives.length === 0 || inNetwork) return
  const nag = "Guidance 'nag' acts inside the network's attention, at no further pass"
  const refuse = (why: string, real: string) => {
    throw new NegError(
      'negative-unsupported',
      `${why} ${nag}; ${real} costs a pass for each prompt at every step, and goes with nag, too; or leave the negative out.`,
      { where: 'negatives' },
    )
  }
  if (info.distilled && recipe.distilledScale === undefined) {
    refuse(
      `${info.id} is guidance-distilled: its scale is an input of the network, and one pass leaves no place for a negative prompt.`,
      'real guidance (distilledScale, what the network is told, e.g. 1, so that scale becomes true guidance)',
    )
  }
  const { recommended: { scale: usual, assumed } = {}, distilledScale } = info
  const distilled = distilledScale !== undefined || (usual === 1 && !assumed?.settings.includes('scale'))
  if (!distilled || recipe.scale !== 1 || recipe.negatives.some(({ scale }) => scale !== undefined)) return
  refuse(
    `${info.id} is distilled and drawn at scale 1, in one pass, which leaves no place for a negative prompt.`,
    'real guidance (a scale above 1, about 1.5 to 4)',
  )
}

/**
 * Checks, before the first step, that model, scheduler and run have what the guidance needs and that the guidance can
 * carry out the recipe. @throws `guidance-unsupported`, `negative-unsupported`, `control-unsupported`, `model-mismatch`
 */
export function checkGuidance(
  guidance: Guidance<string>,
  recipe: Recipe,
  scheduler: Scheduler,
  model: Pick<DiffusionModel, 'info' | 'provides'>,
  options: Pick<RunOptions, 'models' | 'plugins'>,
): void {
  const name = titleOf(recipe.guidance)
  for (const requirement of guidance.requires ?? []) {
    const further = requirement.startsWith('model:') ? requirement.slice('model:'.length) : undefined
    const provided = requirement.startsWith('scheduler.')
      ? scheduler.provides.has(requirement as 'scheduler.split')
      : further !== undefined
        ? options.models?.[further] !== undefined
        : model.provides.has(requirement)
    const other = further === undefined ? undefined : options.models?.[further]
    if (further !== undefined && other) checkFurtherModel(further, other, model, recipe)
    if (provided) continue
    const who = requirement.startsWith('scheduler.') ? scheduler.name : model.info.id
    throw new NegError(
      'guidance-unsupported',
      `Guidance '${name}' needs ${requirement}, which ${who} does not provide: ${remedy(requirement, model.info, options.plugins)}.`,
      requirement.startsWith('scheduler.') ? { where: 'scheduler' } : {},
    )
  }
  if (!guidance.negatives && recipe.negatives.length > 0) {
    throw new NegError(
      'negative-unsupported',
      `Guidance '${name}' does not read negatives, and the recipe has ${recipe.negatives.length}. ` +
        "Leave them out, or use 'general'.",
      { where: 'negatives' },
    )
  }
  checkNegativesAct(guidance, recipe, model.info)
  for (const role of Object.keys(recipe.roles)) {
    if (guidance.roles?.includes(role)) continue
    const known = guidance.roles?.length ? `it declares ${guidance.roles.join(', ')}` : 'it declares none'
    throw new NegError('guidance-unsupported', `Guidance '${name}' has no role '${role}': ${known}.`, {
      where: `roles.${role}`,
    })
  }
  guidance.check?.(recipe)
}
