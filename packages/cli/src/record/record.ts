import {
  type ForeignRecipe,
  foreignRecipe,
  NegError,
  type Pixels,
  parseRecord,
  pictureTexts,
  type RunRecord,
  readPngText,
  recordKeyword,
} from '@neg/core'
import { writePng } from '@neg/node'

/** A picture as PNG; with its record inside, where it has one. Equal input gives equal bytes. */
export function encodePicture(image: Pixels, record?: RunRecord): Promise<Uint8Array> {
  return writePng(image, record ? { text: pictureTexts(record) } : {})
}

/** The record that a picture of neg's carries, or the recipe that another tool's does. @throws `image-malformed`, `record-missing`, `record-malformed` */
export function sourceOf(bytes: Uint8Array, file: string): RunRecord | ForeignRecipe {
  let texts: Readonly<Record<string, string>>
  try {
    texts = readPngText(bytes)
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    throw new NegError(error.code, `${file}: ${error.message}`, { where: file, cause: error })
  }
  const missing = (why: string) => new NegError('record-missing', `${file} ${why}.`, { where: file })
  const text = texts[recordKeyword]
  if (text === undefined) {
    const foreign = foreignRecipe(texts)
    if (foreign) return foreign
    throw missing('carries neither a record of neg nor what another tool says of it: perhaps a tool took it out')
  }
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    throw missing('carries a record that is no JSON')
  }
  return recordIn(record, file)
}

/** Data as a record; what is thrown names the file. @throws `record-malformed`, `recipe-invalid`, `prompt-invalid` */
export function recordIn(data: unknown, file: string): RunRecord {
  try {
    return parseRecord(data)
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    throw new NegError(error.code, `${file}: ${error.message}`, { where: file, cause: error })
  }
}

/** The record that a picture of neg's carries. @throws `image-malformed`, `record-missing` */
export function recordOf(bytes: Uint8Array, file: string): RunRecord {
  const source = sourceOf(bytes, file)
  if (!('tool' in source)) return source
  throw new NegError('record-missing', `${file} was drawn by ${source.tool} and carries no record of neg.`, {
    where: file,
  })
}
