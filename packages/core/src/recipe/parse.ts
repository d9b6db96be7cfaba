import type { z } from 'zod'
import { NegError } from '../errors/neg-error'
import { jsonFlaw } from '../json/json-flaw'
import { promptLimit } from './prompt'
import { type CheckedRecipe, recipeInputSchema } from './recipe'

/** `negatives[0].window.to` from a zod path. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  )
}

/** The most telling of a zod error's issues: inside a union, that of the branch which got furthest. */
function deepest(issue: z.core.$ZodIssue): { path: readonly PropertyKey[]; message: string } {
  if (issue.code !== 'invalid_union') return { path: issue.path, message: issue.message }
  const branches = issue.errors.flat().map(deepest)
  const best = branches.reduce((a, b) => (b.path.length > a.path.length ? b : a), {
    path: [] as PropertyKey[],
    message: issue.message,
  })
  return { path: [...issue.path, ...best.path], message: best.message }
}

/** One line on what a schema refused: which field, why. */
export function refusal(error: z.ZodError): { where: string; message: string } {
  const { path, message } = deepest(error.issues[0])
  const where = pathText(path)
  return { where, message: where === '' ? message : `${where}: ${message}` }
}

/**
 * Checks a recipe's form, before any model is there. @throws `recipe-invalid` naming the field; `prompt-invalid`.
 */
export function parseRecipe(input: unknown): CheckedRecipe {
  const flaw = jsonFlaw(input)
  if (flaw) {
    const where = pathText(flaw.path)
    const message = where === '' ? flaw.message : `${where}: ${flaw.message}`
    throw new NegError('recipe-invalid', `The recipe is refused. ${message}.`, { where })
  }
  const parsed = recipeInputSchema.safeParse(input)
  if (parsed.success) return parsed.data
  const { where, message } = refusal(parsed.error)
  const long = message.includes(`at most ${promptLimit} characters`)
  throw new NegError(long ? 'prompt-invalid' : 'recipe-invalid', `The recipe is refused. ${message}.`, { where })
}
