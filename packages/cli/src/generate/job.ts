import { type AnyGuidancePlugin, checkRecipe, type Pixels, type RecipeInput, type RunRecord } from '@neg/core'
import type { GenerateFlags } from '../arguments/generate-flags'
import { loadPlugins } from '../plugins/load-plugins'
import { baseOf } from './base'
import { checkWritable, type Destination, destinationOf } from './destination'
import { inputImagesOf } from './input-images'
import { recipeOf, seedsOf } from './recipes'

/** What is to be done, checked as far as it can be without a model. */
export interface Job {
  readonly seeds: readonly string[]
  /** The recipe of all pictures, but for the seed. @param scheduler The name of the model's own scheduler. */
  recipe(scheduler: string): Omit<RecipeInput, 'seed'>
  /** Input images by their SHA-256. */
  readonly images: Readonly<Record<string, Pixels>>
  /** Guidances of `--plugin`. */
  readonly plugins: readonly AnyGuidancePlugin[]
  /** The record that is drawn again, if one is. */
  readonly record?: RunRecord
  readonly destination: Destination
}

/** Where neither options nor recipe say a size, the picture's that is begun from. */
const sizedAs = ({ width, height }: Pixels, recipe: Omit<RecipeInput, 'seed'>): Omit<RecipeInput, 'seed'> =>
  recipe.width === undefined && recipe.height === undefined ? { ...recipe, width, height } : recipe

/** Reads what the options name and refuses what can be refused before a model is loaded. */
export async function jobOf(flags: GenerateFlags): Promise<Job> {
  const { recipe: base, record } = await baseOf(flags)
  const plugins = await loadPlugins(flags.plugin)
  const { image, images } = await inputImagesOf(flags, base.image, flags.from !== undefined)
  const recipe = (scheduler: string): RecipeInput => {
    const { seed: _, ...shared } = recipeOf(flags, base, scheduler)
    return image ? { ...sizedAs(images[image.sha256], shared), image } : shared
  }
  // Options for the model's own scheduler, whichever that is, wait for the model.
  const ownScheduler = flags.scheduler === undefined && base.scheduler === undefined
  checkRecipe({ ...recipe(''), ...(ownScheduler ? { scheduler: undefined } : {}) }, { plugins })
  const seeds = seedsOf(flags, base)
  const destination = destinationOf(flags.out, seeds.length)
  checkWritable(`${destination.picture(seeds[0])}.png`)
  if (flags.latents !== undefined) checkWritable(flags.latents)
  return { seeds, recipe, images, plugins, record, destination }
}
