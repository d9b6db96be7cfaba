import * as z from 'zod'

/** Cells or pixels of an edge; a recipe's is at most 16,384 pixels. */
const size = z.int().min(1).max(16_384)

/** `sample_size`: an edge, or [height, width]. */
export const sampleSize = z.union([size, z.tuple([size, size])], { error: 'expected a whole number from 1, or two' })

/** `block_out_channels`: a number for each level of a network, of which every further one halves the size. */
export const levels = z.array(z.int().min(1)).min(1).max(10)
