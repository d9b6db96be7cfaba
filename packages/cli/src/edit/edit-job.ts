import { basename, extname } from 'node:path'
import { checkRecipe, type EditInput, editRecipe, type RecipeInput, recipeDefaults } from '@neg/core'
import { checkWritable, destinationOf } from '../generate/destination'
import { loadPictures } from '../generate/input-images'
import type { Job } from '../generate/job'
import { recipeOf, seedsOf } from '../generate/recipes'
import { loadPlugins } from '../plugins/load-plugins'
import type { EditFlags } from './edit-flags'

/** What of a model says how a picture is edited with it. */
type EditedBy = Parameters<typeof editRecipe>[0]

type ModelProvides = Parameters<typeof editRecipe>[3]

/** In the place of the model, as long as it isn't loaded. */
const anyModel: EditedBy = {
  distilled: false,
  size: { width: 512, height: 512 },
  sizeMultiple: 64,
  scheduler: { name: 'DDIMScheduler', config: {} },
}

/** `found`, `everywhere`, or by what a mask is found. */
function whereOf({ where }: EditFlags): Pick<EditInput, 'where'> {
  if (where === undefined) return {}
  return { where: where === 'found' || where === 'everywhere' ? where : { by: where } }
}

const given = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>

/** Reads what the options name and refuses what can be refused before a model is loaded. */
export async function editJobOf(flags: EditFlags): Promise<Job> {
  const plugins = await loadPlugins(flags.plugin)
  const { photo, mask, images } = await loadPictures(flags.photo, flags.mask)
  const recipe = (info: EditedBy, provides?: ModelProvides): RecipeInput => {
    const { prompt: _, seed: __, ...shared } = recipeOf({ ...flags, prompt: '' }, {}, recipeDefaults(info))
    const { prompt, source, method, refinements, strength, feather } = flags
    const input: EditInput = {
      ...shared,
      image: photo,
      ...whereOf(flags),
      ...given({ prompt, source, mask, method, refinements, strength, feather }),
    }
    return editRecipe(info, input, images, provides) as RecipeInput
  }
  // Options for the model's own guidance, whichever it is, wait for the model.
  checkRecipe({ ...recipe(anyModel), ...(flags.guidance === undefined ? { guidance: undefined } : {}) }, { plugins })
  const seeds = seedsOf(flags, {})
  const own = `${basename(flags.photo, extname(flags.photo))}-edited`
  const there = destinationOf(flags.out, seeds.length)
  const destination = flags.out === undefined && seeds.length === 1 ? { ...there, picture: () => own } : there
  checkWritable(`${destination.picture(seeds[0])}.png`)
  if (flags.latents !== undefined) checkWritable(flags.latents)
  return { seeds, recipe, images, plugins, notes: [], destination }
}
