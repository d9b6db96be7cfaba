import { recipeInputSchema, windowSchema } from '@neg/core/internal'
import * as z from 'zod'

/** Watching cross-attention, as `RunOptions.capture` of core. */
export const captureSchema = z.strictObject({
  encoder: z
    .string()
    .optional()
    .describe('Whose tokens words are looked for in, where a model attends to several encoders’: text_encoder_3.'),
  roles: z.array(z.string().max(100)).min(1).max(32),
  tokens: z.union([
    z
      .array(z.union([z.number().int().min(0).max(4096), z.string().min(1).max(200)]))
      .min(1)
      .max(512),
    z.enum(['words', 'all']),
  ]),
  maps: z.boolean(),
  layers: z.enum(['each', 'merged']).optional(),
  window: windowSchema.optional(),
  idle: z.enum(['skip', 'observe']).optional(),
})

const options = {
  model: z.string().min(1).max(200).optional().describe('Which of the server’s models; default its first.'),
  previews: z
    .strictObject({ every: z.number().int().min(1) })
    .optional()
    .describe('Decode the predicted clean image every so many steps. Default: never.'),
  capture: captureSchema.optional().describe('Watch cross-attention while the job runs.'),
  latents: z
    .enum(['none', 'final', 'steps'])
    .default('final')
    .describe('Which latents to keep: none, the final ones, or also those that every step arrived at.'),
  decode: z.boolean().default(true).describe('Whether to decode the final latents to a picture.'),
  priority: z.number().int().min(0).max(100).default(0).describe('Higher is sooner; equal ones in order of arrival.'),
}

/** What `POST /v1/jobs` takes: a recipe with what is asked of its run. */
export const jobRequestSchema = z.strictObject({ recipe: recipeInputSchema, ...options })

/** As `jobRequestSchema`, but the recipe is not looked at: `checkRecipe` of core says more precisely what is wrong. */
export const jobEnvelopeSchema = z.strictObject({ recipe: z.unknown(), ...options })

/** A job as it is asked for; a bare recipe means the defaults. */
export type JobRequestInput = z.input<typeof jobRequestSchema>
export type JobRequest = z.output<typeof jobRequestSchema>
