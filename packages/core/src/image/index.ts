export type { Pixels } from './pixels'
