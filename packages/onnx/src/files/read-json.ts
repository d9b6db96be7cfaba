import { NegError } from '@neg/core'
import { jsonFlaw } from '@neg/core/internal'
import type { z } from 'zod'
import { type ModelFiles, readText } from './model-files'

/** As what numbers are read that Python's `json` writes and JSON has not: as texts, which no key that is a number takes. */
export const notFinite = { plus: 'Infinity', minus: '-Infinity', nan: 'NaN' } as const

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const mended = text.replaceAll(/([[:,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, '$1"$2"')
    if (mended === text) throw error
    return JSON.parse(mended)
  }
}

/** A JSON file, checked. @throws `model-file-missing`, `model-file-malformed` naming file and field */
export async function readJson<S extends z.ZodType>(files: ModelFiles, path: string, schema: S): Promise<z.output<S>> {
  const text = await readText(files, path)
  let data: unknown
  try {
    data = parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new NegError('model-file-malformed', `${path} of ${files.name} is not JSON: ${reason}.`, {
      cause,
      where: path,
    })
  }
  const flaw = jsonFlaw(data)
  const parsed = flaw ? undefined : schema.safeParse(data)
  if (parsed?.success) return parsed.data
  const issue = flaw ?? parsed?.error?.issues[0] ?? { path: [], message: '' }
  const field = issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
  throw new NegError('model-file-malformed', `${path} of ${files.name} is refused. ${field}${issue.message}.`, {
    cause: parsed?.error,
    where: path,
  })
}
