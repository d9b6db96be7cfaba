export type { NegImageModel } from './image-model'
export { type NegSettings, neg } from './neg'
