import type { RunRecord } from '../run/record'
import { parametersText } from './parameters-text'

/** The keyword of the PNG text that holds a record, as JSON. */
export const recordKeyword = 'neg'

/**
 * The texts of a picture's PNG file, by keyword: the whole record, and AUTOMATIC1111's `parameters`, which other tools read.
 */
export const pictureTexts = (record: RunRecord): Readonly<Record<string, string>> => ({
  [recordKeyword]: JSON.stringify(record),
  parameters: parametersText(record),
})
