import * as z from 'zod'

/** A picture that is kept, as `POST /v1/assets` answers. */
export const assetSchema = z.object({
  sha256: z.string().describe('What a recipe’s `image.sha256`, `image.mask` or `control[0].sha256` names.'),
  bytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
})
