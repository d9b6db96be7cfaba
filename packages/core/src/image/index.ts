export { maskLight } from './paste-back'
export type { Pixels } from './pixels'
export { readPngText, writePngText } from './png-text'
