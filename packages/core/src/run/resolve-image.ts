import { NegError } from '../errors/neg-error'
import type { ModelInfo } from '../model/diffusion-model'
import type { SchedulerSpec } from '../model/parameterisation'
import type { Requirement } from '../model/requirement'
import type { ImageSpec, InversionMethod } from '../recipe/image'
import type { CheckedRecipe, Recipe } from '../recipe/recipe'
import { createScheduler } from '../schedulers/registry'

type CheckedImage = NonNullable<CheckedRecipe['image']>

const refuse = (message: string, where: string): never => {
  throw new NegError('recipe-invalid', message, { where })
}

/** A recipe's picture, filled in for a model. @throws `recipe-invalid` for what doesn't go together */
export function resolveImage(
  image: CheckedImage,
  { prompt, negatives = [] }: Pick<CheckedRecipe, 'prompt' | 'negatives'>,
  scale: Recipe['scale'],
  info: ModelInfo,
  provides: ReadonlySet<Requirement>,
): ImageSpec {
  const { sha256, mask, feather, find, region } = image
  if (mask !== undefined && find) refuse('The recipe has a mask and has one found; give one.', 'image.find')
  if (find && negatives.length === 0) refuse('A mask is found by negatives, and the recipe has none.', 'image.find')
  if (info.reads && (image.inversion || find)) {
    const what = image.inversion ? 'inversion' : 'find'
    refuse(
      `${info.id} reads the picture that it edits: leave ${what} out, and give ${info.reads === 'image' ? 'the change as the prompt' : 'a mask'}.`,
      `image.${what}`,
    )
  }
  const kept = mask !== undefined || find !== undefined || region !== undefined
  if (feather !== undefined && !kept) {
    refuse('The recipe has a feather and no mask: what is pasted back is what a mask keeps.', 'image.feather')
  }
  if (feather === false && region) {
    refuse('What is drawn of a region is put back, so feather can’t be false; 0 is a hard edge.', 'image.feather')
  }
  const inversion = image.inversion && resolveInversion(image.inversion, prompt, scale, info)
  return {
    sha256,
    // What a network reads of the picture says what is kept of it: such a run begins from noise.
    strength: image.strength ?? (info.reads ? 1 : 0.8),
    ...(mask === undefined ? {} : { mask }),
    ...(kept ? { feather: feather ?? info.latent.pixelsPer / 2 } : {}),
    ...(inversion ? { inversion } : {}),
    ...(find
      ? {
          find: {
            by: find.by ?? (provides.has('attention.capture') ? 'attention' : 'difference'),
            quantile: find.quantile ?? 0.85,
            grow: find.grow ?? 1,
          },
        }
      : {}),
    ...(region ? { region } : {}),
  }
}

/** Fixed-point iterations of a step, where the recipe says nothing. */
const defaultRefinements = 2

function resolveInversion(
  asked: NonNullable<CheckedImage['inversion']>,
  prompt: string,
  scale: Recipe['scale'],
  info: ModelInfo,
): NonNullable<ImageSpec['inversion']> {
  const { source = '', method = isFlow(info) ? 'flow' : 'edit-friendly', refinements } = asked
  const refines = method === 'ddim' || method === 'flow'
  if (refinements !== undefined && !refines) {
    refuse(`Inversion by ${method} has no refinements; 'ddim' and 'flow' have.`, 'image.inversion.refinements')
  }
  if (asked.scale === undefined && source === prompt && typeof scale !== 'number') {
    refuse(
      'Where scale is a curve, the inversion needs a scale of its own: give image.inversion.scale.',
      'image.inversion.scale',
    )
  }
  const own = asked.scale ?? (source === prompt ? (scale as number) : 1)
  return { method, source, scale: own, ...(refines ? { refinements: refinements ?? defaultRefinements } : {}) }
}

/** Whether a model's own scheduler walks a rectified flow. */
function isFlow({ scheduler }: Pick<ModelInfo, 'scheduler'>): boolean {
  try {
    return createScheduler(scheduler, scheduler).parameterisation.kind === 'flow'
  } catch (error) {
    if (NegError.isInstance(error)) return false
    throw error
  }
}

const latent = { clip_sample: false }

/** The scheduler that a picture inverted by a method is drawn with, where the recipe names none. */
export function schedulerAfter(method: InversionMethod, info: Pick<ModelInfo, 'scheduler'>): SchedulerSpec {
  switch (method) {
    case 'ddim':
      return { name: 'DDIMScheduler', config: latent }
    case 'dpm-solver':
      return { name: 'DPMSolverMultistepScheduler', config: {} }
    case 'flow':
      return { name: 'FlowMatchEulerDiscreteScheduler', config: {} }
    case 'edit-friendly':
      return isFlow(info)
        ? { name: 'FlowMatchEulerDiscreteScheduler', config: { stochastic_sampling: true } }
        : { name: 'DDIMScheduler', config: { ...latent, eta: 1 } }
  }
}
