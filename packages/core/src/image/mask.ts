import type { Pixels } from './pixels'

/** Whether a mask is light at a pixel, by the index of its red in `data`: at least half of white; transparent counts as dark. */
export const isLight = ({ data }: Pixels, at: number): boolean =>
  (data[at] + data[at + 1] + data[at + 2]) * data[at + 3] >= 0.5 * 3 * 255 * 255
