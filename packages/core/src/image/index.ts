export { isLight } from './mask'
export type { Pixels } from './pixels'
export { readPngText, writePngText } from './png-text'
