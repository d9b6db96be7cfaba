import { type EditInput, editRecipe, type RecipeInput } from '@neg/core'
import { isEdit, specsOf } from '../lib/spec'
import type { InputPicture, Place } from './place'

const some = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>

/** What core's `edit` is asked for by a recipe that takes something out of a picture. */
export function editInput({ width: _width, height: _height, image, ...recipe }: RecipeInput): EditInput {
  const { sha256, mask, find, region: _region, inversion = {}, ...others } = image!
  const { scale: sourceScale, ...back } = inversion
  const where = find && Object.keys(find).length === 0 ? 'found' : find
  const anywhere = specsOf(recipe).length > 0 && mask === undefined ? ('everywhere' as const) : undefined
  return { ...recipe, image: sha256, ...some({ mask, where: where ?? anywhere, sourceScale }), ...others, ...back }
}

/** Whether what is drawn of its picture, and how large, is for the model to say: a record says it itself. */
export const isUnfitted = (recipe: RecipeInput): boolean =>
  isEdit(recipe) && !recipe.image?.region && recipe.width === undefined && recipe.height === undefined

/**
 * A recipe as a model draws it: one that takes something out of a picture is fitted to the model, as core's `edit` does. Networks that
 * read pictures themselves have no need of a way back.
 * @throws `image-missing`, `recipe-invalid`
 */
export function fitEdit(
  recipe: RecipeInput,
  { info, provides }: Pick<Place, 'info' | 'provides'>,
  inputs: readonly InputPicture[],
): RecipeInput {
  if (!isUnfitted(recipe)) return recipe
  const { where: _where, ...input } = editInput(recipe)
  const asked: EditInput = info.reads
    ? { ...input, method: 'noise', ...(input.mask === undefined ? { where: 'everywhere' } : {}) }
    : editInput(recipe)
  return editRecipe(info, asked, inputs, provides) as RecipeInput
}
