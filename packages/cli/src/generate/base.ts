import { NegError, parseRecipe, type RecipeInput, type RunRecord } from '@neg/core'
import type { GenerateFlags } from '../arguments/generate-flags'
import { readBytes } from '../files/read-bytes'
import { readJson } from '../files/read-json'
import { recordIn, sourceOf } from '../record/record'

/** What the options are laid over: a recipe, and the record it came from, if it came from one. */
export interface Base {
  readonly recipe: Partial<RecipeInput>
  readonly record?: RunRecord
  /** What of another tool's picture was not understood. */
  readonly notes?: readonly string[]
}

/** What `npm start` draws for whoever gives no prompt: a picture that was looked at. */
export const demo: Partial<RecipeInput> = { prompt: 'a professional office woman', negatives: ['glasses'], seed: 12 }

/** Checks a recipe's form; a recipe file may leave the prompt to the command line. */
function checked(recipe: object): Partial<RecipeInput> {
  const { prompt, ...rest } = parseRecipe({ prompt: '', ...recipe })
  return 'prompt' in recipe ? { ...rest, prompt } : rest
}

/** The base that `--from`, `--recipe` or `--demo` names; nothing otherwise. */
export async function baseOf(flags: GenerateFlags): Promise<Base> {
  if (flags.from !== undefined && flags.recipe !== undefined) {
    throw new NegError('option-invalid', '--from and --recipe exclude each other: give one.')
  }
  if (flags.from !== undefined) {
    const found = sourceOf(await readBytes(flags.from), flags.from)
    return 'tool' in found
      ? { recipe: checked(found.recipe), notes: found.notes }
      : { recipe: checked(found.recipe), record: found }
  }
  if (flags.recipe !== undefined) {
    const content = await readJson(flags.recipe)
    if (!('recipe' in content)) return { recipe: checked(content) }
    const record = recordIn(content, flags.recipe)
    return { recipe: checked(record.recipe), record }
  }
  if (flags.demo && flags.prompt === undefined) {
    return { recipe: flags.negatives.negatives.length > 0 ? { prompt: demo.prompt } : demo }
  }
  return { recipe: {} }
}
