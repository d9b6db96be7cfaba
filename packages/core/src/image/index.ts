export { maskLight, pasteBack } from './paste-back'
export type { Pixels } from './pixels'
export { readPngText, writePngText } from './png-text'
export { type Region, resample } from './resample'
