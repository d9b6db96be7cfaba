import { foreignRecipe, NegError, type RunRecord, readPngText, recordKeyword } from '@neg/core'
import { gridKeyword } from './grid-keyword'
import { several, useRecipe, useRecord } from './loaded'

function useForeign(texts: Readonly<Record<string, string>>, name: string): boolean {
  const found = foreignRecipe(texts)
  if (!found) return false
  const recipe = { prompt: '', ...found.recipe }
  useRecipe(recipe, { name, foreign: { tool: found.tool, notes: found.notes } })
  return true
}

const missing = (cause?: unknown) =>
  new NegError('record-missing', 'The file carries neither a record of neg nor what another tool says of it.', {
    cause,
  })

function recordOf(text: string): Partial<RunRecord> {
  try {
    const record = JSON.parse(text)
    // A recipe alone, as people copy it.
    return record?.prompt === undefined ? record : { recipe: record }
  } catch (cause) {
    throw missing(cause)
  }
}

/** What a text says: a record, a recipe, or another tool's parameters. @throws `record-missing`, `recipe-invalid` */
export function openText(text: string, name: string): void {
  if (!text.trim().startsWith('{')) {
    if (!useForeign({ parameters: text }, name)) throw missing()
    return
  }
  const record = recordOf(text)
  if (!record?.recipe) throw missing()
  useRecord({ ...record, recipe: record.recipe }, name)
}

/**
 * A dropped, pasted or chosen file: a PNG with a record, or a record as JSON. Something is taken out of a picture without a recipe.
 * @throws `record-missing`, `recipe-invalid`, `image-malformed`
 */
export async function openPicture(file: File): Promise<void> {
  if (file.name.endsWith('.json') || /^(application\/json|text\/plain)$/.test(file.type))
    return openText(await file.text(), file.name)
  const isPng = file.type === 'image/png' || file.name.endsWith('.png')
  const texts = isPng ? readPngText(new Uint8Array(await file.arrayBuffer())) : {}
  const text = texts[recordKeyword]
  if (text !== undefined) return openText(text, file.name)
  const grid = texts[gridKeyword]
  if (grid !== undefined) {
    several.value = (JSON.parse(grid) as { cells: Partial<RunRecord>[] }).cells
    const [first] = several.value
    if (first?.recipe) useRecord({ ...first, recipe: first.recipe }, file.name)
    return
  }
  if (useForeign(texts, file.name)) return
  const { editPhoto } = await import('./edit-photo')
  await editPhoto(file)
}
