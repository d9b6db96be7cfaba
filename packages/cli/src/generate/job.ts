import {
  checkRecipe,
  type ModelInfo,
  type Pixels,
  type Plugin,
  type RecipeInput,
  type Requirement,
  type RunRecord,
  recipeDefaults,
} from '@neg/core'
import type { GenerateFlags } from '../arguments/generate-flags'
import { loadPlugins } from '../plugins/load-plugins'
import { baseOf } from './base'
import { checkWritable, type Destination, destinationOf } from './destination'
import { checkUnasked } from './drawn-size'
import { inputImagesOf } from './input-images'
import { type OwnDefaults, recipeOf, seedsOf } from './recipes'

/** What is to be done, checked as far as it can be without a model. */
export interface Job {
  readonly seeds: readonly string[]
  /** The recipe of all pictures, but for the seed, for a model. */
  recipe(info: ModelInfo, provides: ReadonlySet<Requirement>): Omit<RecipeInput, 'seed'>
  /** Input images by their SHA-256. */
  readonly images: Readonly<Record<string, Pixels>>
  /** What `--plugin` brings. */
  readonly plugins: readonly Plugin[]
  /** The record that is drawn again, if one is. */
  readonly record?: RunRecord
  /** What of another tool's picture was not understood. */
  readonly notes: readonly string[]
  readonly destination: Destination
}

/** Where neither options nor recipe say a size, the picture's that is begun from, else of the first that leads. */
const sizedAs = ({ width, height }: Pixels, recipe: Omit<RecipeInput, 'seed'>): Omit<RecipeInput, 'seed'> =>
  recipe.width === undefined && recipe.height === undefined ? { ...recipe, width, height } : recipe

/** `--width` and `--height`, as far as they are given. */
const typed = ({ width, height }: GenerateFlags) => ({
  ...(width === undefined ? {} : { width }),
  ...(height === undefined ? {} : { height }),
})

/** Reads what the options name and refuses what can be refused before a model is loaded. */
export async function jobOf(flags: GenerateFlags): Promise<Job> {
  const { recipe: base, record, notes = [] } = await baseOf(flags)
  checkUnasked(typed(flags), base, `The recipe of ${flags.from ?? flags.recipe}`)
  const plugins = await loadPlugins(flags.plugin)
  const { image, control, images } = await inputImagesOf(flags, base, flags.from !== undefined)
  const recipe = (own: OwnDefaults): RecipeInput => {
    const { seed: _, ...shared } = recipeOf(flags, base, own)
    const first = image ?? control?.[0]
    const sized = first ? sizedAs(images[first.sha256], shared) : shared
    return { ...sized, ...(image ? { image } : {}), ...(control ? { control } : {}) }
  }
  // Options for the model's own scheduler and guidance, whichever they are, wait for the model.
  const named = recipe({ scheduler: { name: '', config: {} }, guidance: { name: '' } })
  const own = (name: 'scheduler' | 'guidance') => flags[name] === undefined && base[name] === undefined
  const waiting = {
    ...(own('scheduler') ? { scheduler: undefined } : {}),
    ...(own('guidance') ? { guidance: undefined } : {}),
  }
  checkRecipe({ ...named, ...waiting }, { plugins })
  const seeds = seedsOf(flags, base)
  const destination = destinationOf(flags.out, seeds.length)
  checkWritable(`${destination.picture(seeds[0])}.png`)
  if (flags.latents !== undefined) checkWritable(flags.latents)
  return { seeds, recipe: (info) => recipe(recipeDefaults(info)), images, plugins, record, notes, destination }
}
