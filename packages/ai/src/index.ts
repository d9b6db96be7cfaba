export type { NegImageModel } from './image-model'
export { neg } from './neg'
export type { NegSettings } from './settings'
