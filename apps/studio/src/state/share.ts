import type { RecipeInput } from '@neg/core'
import { shareLink } from '../lib/share'
import { say } from '../strings'

/** Copies an address that carries a recipe; says what came of it. */
export async function share(recipe: RecipeInput): Promise<string> {
  const link = await shareLink(recipe, location.href)
  try {
    await navigator.clipboard.writeText(link)
    return say().linkCopied
  } catch {
    history.replaceState(null, '', link) // no clipboard for this page: the address bar holds it
    return say().addressCarries
  }
}

/** Copies a recipe as JSON, which this page and the command take. */
export async function copyRecipe(recipe: RecipeInput): Promise<string> {
  await navigator.clipboard.writeText(JSON.stringify(recipe, undefined, 2))
  return say().recipeCopied
}

export async function copyPicture(png: Blob): Promise<string> {
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })])
  return say().pictureCopied
}
