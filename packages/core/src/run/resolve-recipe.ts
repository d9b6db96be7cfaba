import { NegError } from '../errors/neg-error'
import type { ModelInfo } from '../model/diffusion-model'
import type { Requirement } from '../model/requirement'
import { parseSeed } from '../random/seed'
import type { CheckedRecipe, Recipe } from '../recipe/recipe'
import type { Window } from '../recipe/window'
import { checkSize } from './check-size'
import { resolveControl } from './control'
import { resolveImage, schedulerAfter } from './resolve-image'

/** A seed for whoever gave none: 32 random bits, so that it is short to type. */
export const randomSeed = (): string => String(globalThis.crypto.getRandomValues(new Uint32Array(1))[0])

/** What a recipe's gaps are filled with on a model. */
export type RecipeDefaults = Pick<Recipe, 'guidance' | 'steps' | 'scheduler' | 'width' | 'height'> & {
  readonly scale: number
  /** Of negatives without a window, where the recipe names no guidance. */
  readonly window?: Window
}

/**
 * What a recipe's gaps are filled with: what is recommended for the model, else neg's own: `general`, scale 5, 20 steps (for
 * a network with a guidance input 8.5 and 4, diffusers' own for LCM) of the folder's scheduler at its size.
 */
export function recipeDefaults({
  distilled,
  distilledScale,
  recommended = {},
  scheduler,
  size,
}: Pick<ModelInfo, 'distilled' | 'distilledScale' | 'recommended' | 'scheduler' | 'size'>): RecipeDefaults {
  const { width = size.width, height = size.height } = recommended
  return {
    guidance: recommended.guidance ?? { name: 'general' },
    scale: recommended.scale ?? (distilledScale !== undefined ? 1 : distilled ? 8.5 : 5),
    steps: recommended.steps ?? (distilled ? 4 : 20),
    scheduler: recommended.scheduler ?? { name: scheduler.name, config: {} },
    width,
    height,
    ...(recommended.window ? { window: recommended.window } : {}),
  }
}

/**
 * Negatives with the model's window where they have none. It belongs to the model's guidance, so not where the recipe names another;
 * nor where a picture is begun from, whose run may start when the window is past.
 */
function windowed({ negatives = [], guidance, image }: CheckedRecipe, window?: Window): Recipe['negatives'] {
  if (!window || guidance || image) return negatives
  return negatives.map((negative) => ('window' in negative && negative.window ? negative : { ...negative, window }))
}

/** Tokens that T5 reads, on a model that has one. @throws `recipe-invalid` */
function sequenceLength(
  { maxSequenceLength: asked }: CheckedRecipe,
  { id, sequenceLength: own }: ModelInfo,
): number | undefined {
  if (own?.most === 0) return undefined
  if (asked === undefined) return own?.default
  if (own && asked <= own.most) return asked
  const why = own
    ? `maxSequenceLength is ${asked}; ${id} reads at most ${own.most} tokens.`
    : `${id} has no text encoder whose length can be chosen (T5): leave maxSequenceLength out.`
  throw new NegError('recipe-invalid', why, { where: 'maxSequenceLength' })
}

/**
 * Fills a recipe in for a model. Scheduler and guidance are still as given: the run completes them.
 * @throws `size-invalid`, `seed-invalid`, `recipe-invalid`, `control-unsupported`
 */
export function resolveRecipe(
  input: CheckedRecipe,
  info: ModelInfo,
  provides: ReadonlySet<Requirement> = new Set(),
): Recipe {
  const { timesteps, sigmas } = input
  if (timesteps && sigmas) {
    throw new NegError('recipe-invalid', 'The recipe gives both timesteps and sigmas; give one.', { where: 'sigmas' })
  }
  const own = recipeDefaults(info)
  const width = input.width ?? own.width
  const height = input.height ?? own.height
  checkSize({ width, height }, info.sizeMultiple, `${info.id} draws`, info.sizeMost)
  const negatives = windowed(input, own.window)
  if (info.reads === 'image' && !input.image) {
    throw new NegError(
      'recipe-invalid',
      `${info.id} edits a picture, and the recipe has none: give image (on the command line --image FILE).`,
      { where: 'image' },
    )
  }
  if (!info.distilled && input.distilledScale !== undefined) {
    throw new NegError('recipe-invalid', `${info.id} has no guidance input: leave distilledScale out.`, {
      where: 'distilledScale',
    })
  }
  const scale = input.scale ?? own.scale
  const image = input.image && resolveImage(input.image, input, scale, info, provides)
  const control = resolveControl(input, { width, height }, info)
  const scheduler = image?.inversion ? schedulerAfter(image.inversion.method, info) : own.scheduler
  const distilledScale = input.distilledScale ?? info.distilledScale
  const maxSequenceLength = sequenceLength(input, info)
  return {
    format: 1,
    prompt: input.prompt,
    negatives,
    roles: input.roles ?? {},
    null: input.null === undefined || input.null === 'auto' ? info.null : input.null,
    scale,
    ...(distilledScale === undefined ? {} : { distilledScale }),
    guidance: input.guidance ?? own.guidance,
    scheduler: input.scheduler ?? scheduler,
    steps: timesteps?.length ?? sigmas?.length ?? input.steps ?? own.steps,
    ...(timesteps ? { timesteps } : {}),
    ...(sigmas ? { sigmas } : {}),
    seed: input.seed === undefined ? randomSeed() : String(parseSeed(input.seed)),
    generator: input.generator ?? 'cpu',
    width,
    height,
    ...(input.micro ? { micro: input.micro } : {}),
    ...(image ? { image } : {}),
    ...(control.length > 0 ? { control } : {}),
    syntax: input.syntax ?? 'plain',
    longPrompts: input.longPrompts ?? 'truncate',
    ...(maxSequenceLength === undefined ? {} : { maxSequenceLength }),
  }
}
