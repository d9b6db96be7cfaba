import { NegError, type Pixels, pictureTexts, type RunRecord, readPngText, recordKeyword } from '@neg/core'
import { writePng } from '@neg/node'

/** A picture as PNG; with its record inside, where it has one. Equal input gives equal bytes. */
export function encodePicture(image: Pixels, record?: RunRecord): Promise<Uint8Array> {
  return writePng(image, record ? { text: pictureTexts(record) } : {})
}

/** Whether data has what the command reads of a record beside its recipe. */
export function isRecord(value: unknown): value is RunRecord {
  const { recipe, models, numerics } = (value ?? {}) as Partial<RunRecord>
  return typeof recipe === 'object' && typeof models?.main?.digest === 'string' && typeof numerics === 'object'
}

/** The record that a picture of neg's carries. @throws `image-malformed`, `record-missing` */
export function recordOf(bytes: Uint8Array, file: string): RunRecord {
  let text: string | undefined
  try {
    text = readPngText(bytes)[recordKeyword]
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    throw new NegError(error.code, `${file}: ${error.message}`, { where: file, cause: error })
  }
  const missing = (why: string) => new NegError('record-missing', `${file} ${why}.`, { where: file })
  if (text === undefined) throw missing('carries no record: it was not drawn by neg, or a tool took the record out')
  try {
    const record: unknown = JSON.parse(text)
    if (isRecord(record)) return record
  } catch {
    // Said below: text that is no JSON is as little a record as other JSON is.
  }
  throw missing('carries a record that neg cannot read')
}
