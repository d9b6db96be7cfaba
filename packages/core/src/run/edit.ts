import { NegError } from '../errors/neg-error'
import type { Pixels } from '../image/pixels'
import type { DiffusionModel, ModelInfo } from '../model/diffusion-model'
import type { Requirement } from '../model/requirement'
import type { ImageInput, InversionMethod } from '../recipe/image'
import { fitRegion, lightBox } from './fit-region'
import { isForNag } from './for-nag'
import type { GenerateInput } from './functions-of-progress'
import { drawOrHost } from './generate'
import { imageNamed, type NamedImages } from './images'
import { pointingToResult } from './misuse'
import { recipeDefaults } from './resolve-recipe'
import type { Run, RunOptions } from './run'
import { startRun } from './start-run'

/**
 * A picture that exists, and what it should not show. Everything that a recipe has can be given, too; guidance is by default `nag` for
 * one negative where the model can have its attention edited, else what the model recommends.
 *
 * @experimental
 */
export interface EditInput extends Omit<GenerateInput, 'prompt' | 'image' | 'width' | 'height'> {
  /** SHA-256 of the picture's file, lower-case hex; `options.images` has its pixels, of any size. Required. */
  readonly image: string
  /** What the picture shows now, in words. Default `""`: nothing needs to be said. */
  readonly source?: string
  /** What it should show: what is to come in the place of a negative, for example. Default `source`. */
  readonly prompt?: string
  /** SHA-256 of a mask of the picture's size: only its white part is drawn anew. Default none. */
  readonly mask?: string
  /**
   * Where the picture may change, without a mask: where the negatives' things are found, found otherwise than by default, or
   * `everywhere`. What is outside stays, to the pixel. Default `found`; without negatives `everywhere`.
   */
  readonly where?: 'found' | 'everywhere' | NonNullable<ImageInput['find']>
  /** How the picture is led back to noise; `noise` adds any noise, which is image to image. Default `edit-friendly`, of flow models `flow`. */
  readonly method?: InversionMethod | 'noise'
  /** Guidance scale of the inversion. Default as of `image.inversion.scale` in a recipe. */
  readonly sourceScale?: number
  /** Fixed-point iterations of each inverting step of `ddim` and `flow`. Default 2. */
  readonly refinements?: number
  /** How far back the picture is led: the share of the schedule, above 0, at most 1. Default 0.8. */
  readonly strength?: number
  /** Pixels over which what was drawn fades in, from the edge inwards. Default half a latent cell. */
  readonly feather?: number | false
}

/**
 * Takes something out of a picture that exists: the picture is inverted to the noise that leads to it, and drawn from there with the
 * negatives acting. Starts at once; what it returns is a run like `generate`'s, and its record's recipe makes `generate` repeat it.
 *
 * @example
 * const photo = await inputImage('photo.jpg')
 * const { image } = await edit(model, { image: photo.sha256, negatives: ['glasses'] }, { images: [photo] }).result
 *
 * @throws nothing itself: `result` rejects, as of `generate`
 * @experimental
 */
export function edit(model: DiffusionModel, input: EditInput, options: RunOptions = {}): Run {
  return pointingToResult(
    startRun(
      async (emit, signal, watched) =>
        drawOrHost(
          model,
          editRecipe(model.info, input, options.images ?? {}, model.provides),
          options,
          emit,
          signal,
          watched,
        ),
      options.signal,
    ),
  )
}

type Sized = Pick<Pixels, 'width' | 'height'> | Pixels

/**
 * The recipe of an edit: what `edit` has `generate` draw, for whoever draws elsewhere (a server) or wants to know its cost (`plan`).
 *
 * @param images the pictures that it names, by SHA-256; of the picture itself its size is enough
 * @param provides of the model: where it can have its attention edited, `nag` is the default guidance of one negative, which was measured to come nearest to
 *   the true picture (docs/editing.md); else what the model recommends
 * @throws `image-missing`, `recipe-invalid`
 * @experimental
 */
export function editRecipe(
  info: Pick<ModelInfo, 'distilled' | 'recommended' | 'scheduler' | 'size' | 'sizeMultiple'>,
  input: EditInput,
  images: NamedImages<Sized>,
  provides: ReadonlySet<Requirement> = new Set(),
): GenerateInput {
  const {
    image,
    source = '',
    prompt = source,
    mask,
    where,
    method,
    sourceScale,
    refinements,
    strength,
    feather,
    ...recipe
  } = input
  const picture = pictureOf(image, 'image', images)
  const own = recipeDefaults(info)
  const around = mask === undefined ? undefined : boxOf(pictureOf(mask, 'mask', images))
  const { width, height, region } = fitRegion(picture, { ...own, multiple: info.sizeMultiple }, around)
  const find = findOf(input)
  const nag = recipe.guidance === undefined && provides.has('attention.edit:nag') && isForNag(recipe.negatives ?? [])
  const pastes = mask !== undefined || find !== undefined || region !== undefined
  return {
    ...recipe,
    ...(nag ? { guidance: 'nag' } : {}),
    prompt,
    width,
    height,
    image: {
      sha256: image,
      ...(strength === undefined ? {} : { strength }),
      ...(mask === undefined ? {} : { mask }),
      ...(feather === undefined || !pastes ? {} : { feather }),
      ...(method === 'noise'
        ? {}
        : {
            inversion: {
              source,
              ...(method === undefined ? {} : { method }),
              ...(sourceScale === undefined ? {} : { scale: sourceScale }),
              ...(refinements === undefined ? {} : { refinements }),
            },
          }),
      ...(find ? { find } : {}),
      ...(region ? { region } : {}),
    },
  }
}

function findOf({ mask, where, negatives = [] }: EditInput): ImageInput['find'] {
  if (where !== undefined && mask !== undefined) {
    throw new NegError('recipe-invalid', 'A mask says where the picture may change; leave `where` out.', {
      where: 'where',
    })
  }
  if (mask !== undefined || where === 'everywhere') return undefined
  if (typeof where === 'object') return where
  return where === 'found' || negatives.length > 0 ? {} : undefined
}

function pictureOf(sha256: string, what: string, images: NamedImages<Sized>): Sized {
  const found = imageNamed(images, sha256)
  if (found) return found
  throw new NegError(
    'image-missing',
    `The ${what} to edit is the file with SHA-256 ${sha256}; pass it in options.images, as inputImage(file) of @neg/node or @neg/web gives it.`,
    { where: what },
  )
}

/** What a mask has of light. @throws `recipe-invalid` where it is dark all over */
function boxOf(mask: Sized): ReturnType<typeof lightBox> {
  if (!('data' in mask)) return undefined
  const box = lightBox(mask)
  if (box) return box
  throw new NegError('recipe-invalid', 'The mask is dark all over: nothing of the picture may change.', {
    where: 'mask',
  })
}
