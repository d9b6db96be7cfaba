import { NegError } from '../errors/neg-error'
import type { ModelInfo } from '../model/diffusion-model'
import { parseSeed } from '../random/index'
import type { CheckedRecipe, Recipe } from '../recipe/recipe'

/** A seed for whoever gave none: 32 random bits, so that it is short to type. */
export const randomSeed = (): string => String(globalThis.crypto.getRandomValues(new Uint32Array(1))[0])

/** Defaults that depend on whether guidance was distilled into the network (diffusers' own for LCM). */
const defaults = (info: ModelInfo) => (info.distilled ? { scale: 8.5, steps: 4 } : { scale: 5, steps: 20 })

function checkSize(width: number, height: number, info: ModelInfo): void {
  for (const [name, value] of [
    ['width', width],
    ['height', height],
  ] as const) {
    if (value % info.sizeMultiple === 0) continue
    const lower = Math.max(1, Math.floor(value / info.sizeMultiple)) * info.sizeMultiple
    throw new NegError(
      'size-invalid',
      `The ${name} is ${value} pixels; ${info.id} draws multiples of ${info.sizeMultiple}. Try ${lower} or ${lower + info.sizeMultiple}.`,
      { where: name },
    )
  }
}

/**
 * Fills a recipe in for a model. Scheduler and guidance are still as given: the run completes them.
 * @throws `size-invalid`, `seed-invalid`, `recipe-invalid`
 */
export function resolveRecipe(input: CheckedRecipe, info: ModelInfo): Recipe {
  const { timesteps, sigmas } = input
  if (timesteps && sigmas) {
    throw new NegError('recipe-invalid', 'The recipe gives both timesteps and sigmas; give one.', { where: 'sigmas' })
  }
  const own = defaults(info)
  const width = input.width ?? info.size.width
  const height = input.height ?? info.size.height
  checkSize(width, height, info)
  const negatives = input.negatives ?? []
  if (!info.distilled && input.distilledScale !== undefined) {
    throw new NegError('recipe-invalid', `${info.id} has no guidance input: leave distilledScale out.`, {
      where: 'distilledScale',
    })
  }
  return {
    format: 1,
    prompt: input.prompt,
    negatives,
    roles: input.roles ?? {},
    null: input.null === undefined || input.null === 'auto' ? info.null : input.null,
    scale: input.scale ?? own.scale,
    ...(input.distilledScale === undefined ? {} : { distilledScale: input.distilledScale }),
    guidance: input.guidance ?? { name: 'general' },
    scheduler: input.scheduler ?? { name: info.scheduler.name, config: {} },
    steps: timesteps?.length ?? sigmas?.length ?? input.steps ?? own.steps,
    ...(timesteps ? { timesteps } : {}),
    ...(sigmas ? { sigmas } : {}),
    seed: input.seed === undefined ? randomSeed() : String(parseSeed(input.seed)),
    generator: input.generator ?? 'cpu',
    width,
    height,
    ...(input.micro ? { micro: input.micro } : {}),
    ...(input.image ? { image: input.image } : {}),
    syntax: input.syntax ?? 'plain',
    longPrompts: input.longPrompts ?? 'truncate',
  }
}
