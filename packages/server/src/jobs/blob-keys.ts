import { createHash } from 'node:crypto'

/** Everything that a job kept. */
export const jobPrefix = (id: string) => `jobs/${id}/`
export const imageKey = (id: string, index: number) => `${jobPrefix(id)}${index}.png`
export const latentsKey = (id: string) => `${jobPrefix(id)}latents.bin`
/** Values that were too many for an event. */
export const payloadKey = (id: string, number: number) => `${jobPrefix(id)}values-${number}.bin`

/** All pictures that a principal uploaded. */
export const assetFolder = (principal: string) =>
  `assets/${createHash('sha256').update(principal).digest('hex').slice(0, 16)}/`
/** An uploaded picture; each principal has its own. */
export const assetKey = (principal: string, sha256: string) => `${assetFolder(principal)}${sha256}`
