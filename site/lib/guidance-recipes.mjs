/**
 * The recipe that a guidance's page shows and draws, by name: those that `npm run table:guidance` measures, and for what it does not
 * measure one that shows the same picture.
 */
import { methods } from '../../scripts/guidance-table/methods.mjs'
import { pairs } from '../../scripts/guidance-table/pairs.mjs'

/** The picture of all pages: what is drawn, and the negative that is to go. */
export const pair = pairs[0]

/** The seed of all pages' pictures. */
export const seed = 12

const nameOf = (recipe) =>
  typeof recipe.guidance === 'string' ? recipe.guidance : (recipe.guidance?.name ?? 'general')

const against = [pair.negative]

/** What is not measured, because it draws what a measured one draws, or needs another network. */
const others = {
  auto: {
    recipe: { guidance: { name: 'auto', options: { weak: 'condition' } }, roles: { weak: [{ text: pair.negative }] } },
  },
  composition: {
    recipe: { guidance: 'composition', roles: { concept: [{ text: pair.negative, scale: -1 }] } },
  },
  'instruct-pix2pix': {
    without: 'Not drawn: it needs a network that reads a picture, which the embedded model’s does not.',
  },
  window: {
    recipe: {
      negatives: against,
      guidance: { name: 'window', options: { window: { from: 0, to: 0.4 } }, of: [{ name: 'negative-prompt' }] },
    },
  },
}

/** The measured methods that are this guidance. @returns {import('../../scripts/guidance-table/methods.mjs').Method[]} */
export const measuredWith = (name) =>
  methods.filter(({ recipe }) => nameOf(recipe(pair)) === name && recipe(pair).embeddingWeight === undefined)

/**
 * What a guidance's page draws: a recipe, or why there is none.
 * @returns {{ recipe: object, scheduler?: object } | { without: string }}
 * @throws where a guidance is neither measured nor listed here
 */
export function shownWith(name) {
  const [method] = measuredWith(name)
  if (method) return { recipe: method.recipe(pair), ...(method.scheduler ? { scheduler: method.scheduler } : {}) }
  const other = others[name]
  if (!other) throw new Error(`guidance-recipes.mjs does not say what the page of the guidance '${name}' draws.`)
  return other
}
